import ignore from 'ignore';
import type { Observation, RepositoryCheck, RepositoryFiles } from '../check.ts';
import { hookGlobs, hookThatRuns } from '../ci/hooks.ts';
import { ciGlobs, pipelines } from '../ci/pipelines.ts';
import { reach } from '../ci/reach.ts';
import { absent, excerpt, isText } from '../cite.ts';
import { countPaths, fail, fileAt, incomplete, matching, pass, quotes, unknown } from '../observe.ts';
import { gitlabGlobs } from '../parse/gitlab.ts';

const scannerCommands: readonly RegExp[] = [
  /^(?:gitleaks|betterleaks|trufflehog3?|secretlint|detect-secrets(?:-hook)?|ggshield|git-secrets|git\s+secrets|talisman|ripsecrets|kingfisher|noseyparker|whispers)(?:\s|$)/,
  /^trivy\s+(?:fs|filesystem|repo|repository)\s/,
  /^docker\s.*(?:gitleaks|trufflehog)/,
];
const scannerHooks =
  /^(?:gitleaks|betterleaks|trufflehog|secretlint|detect-secrets|detect-private-key|detect-aws-credentials|ggshield|talisman|ripsecrets|git-secrets|kingfisher)/;
const scannerActions =
  /^(?:gitleaks\/gitleaks-action|trufflesecurity\/trufflehog|gitguardian\/ggshield(?:-action)?(?:\/.*)?|secretlint\/.*|zricethezav\/gitleaks-action|max\/secret-scan|edplato\/trufflehog-actions-scan)/;

/** No path is longer, on any system; the library makes a regular expression of each rule, which must not be too large. */
const LONGEST_RULE = 4096;
/** What .gitignore has to keep out, wherever it lies. */
const GUARDED = '.env';

export const secretScanGuard: RepositoryCheck = {
  id: 'secret-scan-guard',
  title: 'Secrets are kept out by a scan and by .gitignore',
  capability: 'repository-files',
  severity: 'medium',
  rationale:
    'A scan before the commit or in CI stops a secret before it spreads, and an ignored .env cannot be added by mistake. CSF PR.AA-01 asks that ' +
    'credentials are managed; SSDF PO.5.2 that development endpoints are secured. A scan that the host runs by a setting is not visible in the files.',
  remediation: {
    steps: [
      'Run a secret scanner (gitleaks, secretlint, detect-secrets) as a pre-commit hook and on pull requests.',
      'Add ".env" and ".env.*" to .gitignore, with an exception for the template.',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['PR.AA-01'], 'nist-ssdf-1.1': ['PO.5.2'] },
  evaluate: (input) => [judgeScan(input), judgeIgnore(input)],
};

function judgeScan(input: RepositoryFiles): Observation {
  const hook = hookThatRuns(input, scannerCommands, scannerHooks);
  if (hook !== null) return pass('repository', 'A commit hook scans for secrets', [hook]);
  const { actions, scripts, unseen } = pipelines(input);
  const action = actions.find(({ name }) => scannerActions.test(name));
  if (action)
    return pass('repository', 'A workflow scans for secrets', [excerpt(action.file, action.uses.start, action.uses.end)]);
  const command = reach(input, scripts, scannerCommands) ?? gitlabTemplate(input);
  if (command !== null) return pass('repository', 'A pipeline scans for secrets', command.citations);
  const [reason] = unseen;
  if (reason !== undefined) return unknown('repository', `No secret scan was found, but not everything could be read: ${reason}`);
  if (!input.listing.complete) return incomplete(input, 'repository');
  return fail('repository', 'No commit hook and no pipeline scans for secrets', [
    countPaths(input, hookGlobs),
    countPaths(input, ciGlobs),
  ]);
}

/** GitLab's own scanner is switched on by including its template. */
function gitlabTemplate(input: RepositoryFiles): Pick<Observation, 'citations'> | null {
  for (const file of matching(input, gitlabGlobs)) {
    const found = isText(file) ? /^(?![ \t]*#).*\bSecret-Detection\b.*$/m.exec(file.content.text) : null;
    if (isText(file) && found) return { citations: [excerpt(file, found.index, found.index + found[0].length)] };
  }
  return null;
}

function judgeIgnore(input: RepositoryFiles): Observation {
  const file = fileAt(input, '.gitignore');
  if (file === undefined)
    return absent(input, '.gitignore', ['.gitignore'], 'There is no .gitignore, so nothing keeps secrets from being added');
  if (!isText(file)) return unknown(file.path, 'The file was not read');
  const { text } = file.content;
  const rules = [...text.matchAll(/^.*\S.*$/gm)].filter(([rule]) => rule.length <= LONGEST_RULE);
  if (
    !ignore()
      .add(rules.map(([rule]) => rule))
      .ignores(GUARDED)
  ) {
    const whole = text.trim() === '' ? [] : [excerpt(file, 0, text.length)];
    return fail(file.path, `It does not keep ${GUARDED} out`, [countPaths(input, ['.gitignore']), ...whole]);
  }
  const deciding = rules.filter(([rule]) => ignore().add(rule).ignores(GUARDED));
  return pass(
    file.path,
    `It keeps ${GUARDED} out`,
    quotes(
      file,
      deciding.map((line) => ({ start: line.index, end: line.index + line[0].length })),
    ),
  );
}
