import type { Observation, RepositoryCheck, RepositoryFiles } from '../check.ts';
import { absent, excerpt, excerptLines, isText } from '../cite.ts';
import { fail, matching, pass, unknown } from '../observe.ts';
import { json, memberAt, stringOf } from '../parse/json.ts';
import { notRead } from '../parse/memo.ts';

const globs = ['{LICENSE,LICENCE,COPYING,UNLICENSE}{,.*,-*}', 'LICENSES/*'];

export const license: RepositoryCheck = {
  id: 'governance-license',
  title: 'The terms of use are stated',
  capability: 'repository-files',
  severity: 'low',
  rationale:
    'Without terms nobody may use the code, and nobody can tell whether its own obligations towards others are kept. CSF GV.OC-03 asks that legal ' +
    'and contractual requirements are understood and managed. SSDF has no task for it. A private package that calls itself UNLICENSED has ' +
    'stated its terms: none are granted.',
  remediation: {
    steps: [
      'Decide the terms and put the full text into a file named LICENSE at the root.',
      'For a proprietary product write "license": "UNLICENSED" and "private": true into package.json, or a LICENSE that reserves all rights.',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['GV.OC-03'] },
  evaluate: (input) => [judge(input)],
};

function judge(input: RepositoryFiles): Observation {
  const files = matching(input, globs);
  const read = files.filter(isText);
  const filled = read.find(({ content }) => content.text.trim() !== '');
  if (filled) {
    const first = filled.content.text.split('\n').findIndex((line) => line.trim() !== '') + 1;
    return pass('repository', 'A file states the terms of use', [excerptLines(filled, first, first + 2)]);
  }
  const [unread] = files.filter((file) => !isText(file));
  if (unread) return unknown('repository', notRead(unread));
  const proprietary = statedPrivate(input);
  if (proprietary) return proprietary;
  const [empty] = read;
  if (empty) {
    const statement = `${empty.path} is listed with 0 bytes of text`;
    const predicate = { name: 'path-matches', args: { globs: [empty.path] } } as const;
    return fail('repository', 'The file for the terms of use is empty', [{ kind: 'population', predicate, count: 1, statement }]);
  }
  return absent(input, 'repository', globs, 'No file states the terms of use');
}

/** `"license": "UNLICENSED"` with `"private": true`: npm's way to say that no rights are granted. */
function statedPrivate(input: RepositoryFiles): Observation | null {
  const manifest = input.files.find(({ path }) => path === 'package.json');
  if (manifest === undefined || !isText(manifest)) return null;
  const parsed = json(manifest);
  if (!parsed.ok) return null;
  const terms = memberAt(parsed.value, 'license');
  const secret = memberAt(parsed.value, 'private');
  if (stringOf(terms?.value) !== 'UNLICENSED' || terms === null) return null;
  if (secret === null || secret.value.kind !== 'boolean' || !secret.value.value) return null;
  const cited = [terms, secret].map(({ start, end }) => excerpt(manifest, start, end));
  return pass('repository', 'The package says that no rights are granted', cited);
}
