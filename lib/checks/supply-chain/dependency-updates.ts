import type { Citation, Observation, RepositoryCheck, RepositoryFile, RepositoryFiles } from '../check.ts';
import { absent, excerpt, isText } from '../cite.ts';
import { countPaths, fail, literalGlob, matching, noSubject, own, pass, quotes, unknown } from '../observe.ts';
import { json, memberAt } from '../parse/json.ts';
import { entry, items, scalar, yamlDocument } from '../parse/yaml.ts';
import { manifestGlobs, manifests } from './manifests.ts';

const dependabotGlobs = ['.github/dependabot.{yml,yaml}'] as const;
const renovateGlobs = [
  '{renovate,.github/renovate,.gitlab/renovate}.{json,json5,jsonc}',
  '{.renovaterc,.renovaterc.json,.renovaterc.json5,renovate-config.js}',
] as const;
const botGlobs = [...dependabotGlobs, ...renovateGlobs] as const;

export const dependencyUpdates: RepositoryCheck = {
  id: 'dependency-update-bot',
  title: 'A bot proposes dependency updates',
  capability: 'repository-files',
  severity: 'medium',
  rationale:
    'Known vulnerabilities in dependencies are fixed by updating; a bot makes that a routine. CSF ID.RA-01 asks that vulnerabilities are ' +
    'identified and recorded; SSDF RV.1.1 asks to gather information about vulnerabilities in third-party components. ' +
    'Alerts that a host raises by a setting alone are not visible in the files.',
  remediation: {
    steps: [
      'Add .github/dependabot.yml (or a Renovate configuration) with an entry for each ecosystem of the repository.',
      'Agree who merges the proposals, and within which time.',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['ID.RA-01'], 'nist-ssdf-1.1': ['RV.1.1'] },
  evaluate: (input) => [judge(input)],
};

function judge(input: RepositoryFiles): Observation {
  if (own(input, manifestGlobs).length === 0) {
    return noSubject(input, 'repository', manifestGlobs, 'No manifest of a known package manager is listed');
  }
  const [dependabot] = matching(input, dependabotGlobs);
  if (dependabot) return judgeDependabot(input, dependabot);
  const [renovate] = matching(input, renovateGlobs);
  if (renovate) return judgeRenovate(input, renovate);
  const inManifest = renovateKey(input);
  if (inManifest) return pass('repository', 'Renovate is configured in the manifest', [inManifest]);
  return absent(input, 'repository', botGlobs, 'Dependencies are declared, but no bot is configured to update them');
}

function judgeDependabot(input: RepositoryFiles, file: RepositoryFile): Observation {
  const parsed = yamlDocument(file);
  if (!parsed.ok || !isText(file)) return unknown('repository', parsed.ok ? 'The configuration was not read' : parsed.reason);
  const document = parsed.value;
  const updates = items(document, entry(document, document.contents, 'updates')?.value);
  const covered = updates.flatMap((update) => scalar(entry(document, update, 'package-ecosystem')?.value ?? null) ?? []);
  const cited = quotes(file, covered);
  if (cited.length === 0) {
    return fail('repository', 'Dependabot is configured, but for no ecosystem', [
      countPaths(input, [literalGlob(file.path)]),
      ...firstLine(file),
    ]);
  }
  const names = new Set(covered.map(({ text }) => text));
  const missing = manifests(input).find(({ ecosystem }) => !ecosystem.updaters.some((updater) => names.has(updater)));
  if (missing === undefined) return pass('repository', 'Dependabot is configured for the package managers in use', cited);
  return fail('repository', 'Dependabot is configured, but not for every package manager in use', [
    ...cited,
    countPaths(input, [missing.ecosystem.manifest]),
  ]);
}

function judgeRenovate(input: RepositoryFiles, file: RepositoryFile): Observation {
  const parsed = json(file);
  const disabled = parsed.ok ? memberAt(parsed.value, 'enabled') : null;
  if (isText(file) && disabled?.value.kind === 'boolean' && !disabled.value.value) {
    return fail('repository', 'Renovate is configured, but switched off', [excerpt(file, disabled.start, disabled.end)]);
  }
  return pass('repository', 'Renovate is configured', [countPaths(input, [literalGlob(file.path)])]);
}

function renovateKey(input: RepositoryFiles): Citation | null {
  for (const file of matching(input, ['package.json'])) {
    const parsed = json(file);
    const found = parsed.ok ? memberAt(parsed.value, 'renovate') : null;
    if (found && isText(file)) return excerpt(file, found.start, found.keyEnd);
  }
  return null;
}

function firstLine(file: Extract<RepositoryFile, object>): readonly Citation[] {
  if (!isText(file)) return [];
  const first = /\S.*/.exec(file.content.text);
  return first ? [excerpt(file, first.index, first.index + first[0].length)] : [];
}
