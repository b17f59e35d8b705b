import { setImmediate } from 'node:timers/promises';
import type { Observation, RepositoryCheck, RepositoryFile, RepositoryFiles } from '../check.ts';
import { population } from '../cite.ts';
import { fail, incomplete, isVendored, MAX_CITATIONS, pass, textFiles, unknown } from '../observe.ts';
import type { TextFile } from '../parse/memo.ts';
import { citePlace } from './place.ts';
import { type FoundSecret, scanText } from './scan.ts';

/** Scanning takes about 0.2 ms a file: the event loop gets its turn every 20 ms. */
const FILES_PER_TURN = 100;

export const secretsInFiles: RepositoryCheck = {
  id: 'secrets-in-files',
  title: 'Files hold no secrets',
  capability: 'repository-files',
  severity: 'critical',
  rationale:
    'A secret in a repository is known to everybody who ever read it, and stays in its history. CSF PR.AA-01 asks that credentials are managed; ' +
    'SSDF PW.5.1 asks for secure coding practices, of which keeping secrets out of code is one. Known formats of providers, private keys and ' +
    'passwords in connection strings are recognised; a password of no known format is not.',
  remediation: {
    steps: [
      'Revoke the credential first and issue another: removing it from the file does not unpublish it.',
      'Keep it in a secret store and hand it to the program at run time.',
      'If the history is shared, decide whether to rewrite it; treat the credential as leaked either way.',
    ],
    effort: 'medium',
  },
  controls: { 'nist-csf-2.0': ['PR.AA-01'], 'nist-ssdf-1.1': ['PW.5.1'] },
  evaluate,
};

async function evaluate(input: RepositoryFiles): Promise<readonly Observation[]> {
  const files = input.files.filter(({ path }) => !isVendored(path));
  const found: Observation[] = [];
  for (const [index, file] of textFiles(files).entries()) {
    const secrets = await scanText(file.path, file.content.text);
    if (secrets.length > 0) found.push(judge(input, file, secrets));
    if (index % FILES_PER_TURN === FILES_PER_TURN - 1) await setImmediate();
  }
  return [...found, ...whole(input, files, found.length)];
}

function judge(input: RepositoryFiles, file: TextFile, secrets: readonly FoundSecret[]): Observation {
  const kinds = [...new Set(secrets.map(({ kind }) => kind))].join(' and ');
  return fail(
    file.path,
    `It holds what looks like ${kinds}`,
    secrets.slice(0, MAX_CITATIONS).map((secret) => citePlace(input, file, secret, secrets)),
  );
}

/** What can be said of all files together: binaries hold no text, but text that was not read may hold a secret. */
function whole(input: RepositoryFiles, files: readonly RepositoryFile[], failed: number): readonly Observation[] {
  const unread = files.filter(({ content }) => content.kind === 'not-read' && content.reason !== 'binary');
  if (unread.length > 0) {
    const [first] = unread;
    const others = unread.length === 1 ? '' : ` and ${unread.length - 1} others`;
    return [unknown('repository', `Not every file could be searched: ${first?.path ?? ''}${others}`)];
  }
  if (!input.listing.complete) return [incomplete(input, 'repository')];
  if (failed > 0) return [];
  const listed = input.files.length === 1 ? '1 file is listed' : `${input.files.length} files are listed`;
  const statement = `${listed}; those of the project that hold text were searched`;
  return [
    pass('repository', 'No file holds text that looks like a secret', [
      population({ name: 'any', args: {} }, input.files.length, statement),
    ]),
  ];
}
