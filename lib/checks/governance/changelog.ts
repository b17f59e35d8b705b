import type { Citation, Observation, RepositoryCheck, RepositoryFiles } from '../check.ts';
import { excerpt, excerptLines, isText } from '../cite.ts';
import { countPaths, fail, incomplete, lineOf, literalGlob, matching, pass, unknown } from '../observe.ts';
import { json, memberAt, stringOf } from '../parse/json.ts';
import { notRead, type TextFile } from '../parse/memo.ts';

const globs = ['{,docs/}{CHANGELOG,CHANGES,HISTORY,NEWS,RELEASES,RELEASE_NOTES,RELEASE-NOTES}{,.md,.txt,.rst,.adoc}'];
/** Tools that write release notes from changes, at release time. */
const toolGlobs = [
  '.changeset/*',
  '.changes/*',
  'release-please-config.json',
  '{.,}release-please-manifest.json',
  '.releaserc{,.*}',
  'release.config.{js,cjs,mjs,ts}',
  '.github/{release,release-drafter}.{yml,yaml}',
];

export const changelog: RepositoryCheck = {
  id: 'governance-changelog',
  title: 'The current version is in the changelog',
  capability: 'repository-files',
  severity: 'low',
  rationale:
    'Who runs a version must be able to see what changed in it, above all which flaws were closed. CSF PR.PS-02 asks that software is maintained ' +
    'according to risk; SSDF PS.3.1 that the data of each release is kept. Without a changelog the check stays open: release notes are often ' +
    'kept on the host, outside the files.',
  remediation: {
    steps: [
      'Add an entry for the current version: what was added, changed, fixed, and which vulnerabilities were closed.',
      'Make the release procedure refuse a version that has no entry.',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['PR.PS-02'], 'nist-ssdf-1.1': ['PS.3.1'] },
  evaluate: (input) => [judge(input)],
};

const anyVersion = /^(?:#{1,4}[ \t]*|[=*-][ \t]*)?\[?v?\d+\.\d+(?:\.\d+)?\b/im;
const unreleased = /^#{1,4}[ \t]*\[?unreleased\b/im;

function judge(input: RepositoryFiles): Observation {
  const [file] = matching(input, globs);
  if (file === undefined) return without(input);
  if (!isText(file)) return unknown(file.path, notRead(file));
  const { text } = file.content;
  const version = currentVersion(input);
  const listed = anyVersion.exec(text);
  if (listed === null) {
    const pending = unreleased.exec(text);
    if (pending)
      return pass(file.path, 'It records changes for the first release', [excerptLines(file, lineOf(text, pending.index))]);
    const end = text.trimEnd().length;
    return fail(file.path, 'It names no version', [
      end > 0 ? excerpt(file, 0, end) : countPaths(input, [literalGlob(file.path)]),
    ]);
  }
  if (version === null) return pass(file.path, 'It records changes by version', [excerptLines(file, lineOf(text, listed.index))]);
  const entry = new RegExp(`^.*(?<![\\d.])${version.text.replaceAll('.', '\\.')}(?![\\d.]*\\d)`, 'm').exec(text);
  if (entry)
    return pass(file.path, 'It has an entry for the current version', [
      excerptLines(file, lineOf(text, entry.index)),
      version.citation,
    ]);
  return fail(file.path, `It has no entry for the current version, ${version.text}`, [
    version.citation,
    excerptLines(file, lineOf(text, listed.index)),
  ]);
}

function without(input: RepositoryFiles): Observation {
  const tools = matching(input, toolGlobs);
  if (tools.length > 0) return pass('repository', 'A tool writes release notes from the changes', [countPaths(input, toolGlobs)]);
  return input.listing.complete
    ? unknown('repository', 'There is no changelog among the files; release notes may be kept elsewhere')
    : incomplete(input, 'repository');
}

interface Version {
  readonly text: string;
  readonly citation: Citation;
}

/** Of the root manifest; pre-releases and 0.0.0 are not released yet. */
function currentVersion(input: RepositoryFiles): Version | null {
  const text = (path: string): TextFile | null => input.files.filter(isText).find((file) => file.path === path) ?? null;
  const npm = text('package.json');
  if (npm) {
    const parsed = json(npm);
    const found = parsed.ok ? memberAt(parsed.value, 'version') : null;
    return found === null ? null : released(stringOf(found.value), excerpt(npm, found.start, found.end));
  }
  for (const manifest of [text('pyproject.toml'), text('Cargo.toml')]) {
    const found = /^version[ \t]*=[ \t]*"([^"\n]+)"/m.exec(manifest?.content.text ?? '');
    if (manifest && found) return released(found[1] ?? null, excerpt(manifest, found.index, found.index + found[0].length));
  }
  return null;
}

const released = (text: string | null, citation: Citation): Version | null =>
  text !== null && /^\d+(?:\.\d+){1,3}$/.test(text) && !/^0\.0\.0$/.test(text) ? { text, citation } : null;
