import type { Observation, RepositoryCheck, RepositoryFile, RepositoryFiles } from '../check.ts';
import { absent, excerpt, excerptLines, isText } from '../cite.ts';
import { fail, lineOf, matching, pass, unknown } from '../observe.ts';
import { notRead } from '../parse/memo.ts';

const globs = ['{,.github/,.gitlab/,docs/}SECURITY{,.md,.txt,.rst,.adoc}'];

/** An address, a form or the host's private reporting; the reserved example domains are a template's placeholder. */
const contact =
  /[\w.+-]{1,64}@(?!example\.(?:com|org|net)\b)[\w-]+(?:\.[\w-]+)+|https?:\/\/\S*(?:security|advisor|hackerone|bugcrowd|intigriti|yeswehack|vulnerab)\S*|security\/advisories\/new|report a vulnerability|private(?:ly)? vulnerability report/i;
const disclosure =
  /\bdisclos|\bembargo|\backnowledg|\bconfirm(?:s|ed)?\b.*\breceiv|\brespon[ds]|within\s+\S+\s+(?:working\s+|business\s+)?(?:hours?|days?|weeks?)|\badvisor(?:y|ies)\b/i;

export const securityPolicy: RepositoryCheck = {
  id: 'governance-security-policy',
  title: 'Vulnerabilities can be reported, and what happens then is said',
  capability: 'repository-files',
  severity: 'medium',
  rationale:
    'Whoever finds a flaw tells the public when they find no one else to tell. CSF ID.RA-08 asks for a process to receive, analyse and respond ' +
    'to vulnerability disclosures; SSDF RV.1.3 for a policy on disclosure and remediation. Looked for are a way to report in private and words ' +
    'on what follows a report; whether it is lived, a file does not show.',
  remediation: {
    steps: [
      'Write SECURITY.md: how to report in private (an address or a form), and within how many days an answer comes.',
      'Say when a flaw is made public, which versions get fixes, and that research in good faith is welcome.',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['ID.RA-08'], 'nist-ssdf-1.1': ['RV.1.3'] },
  evaluate,
};

function evaluate(input: RepositoryFiles): readonly Observation[] {
  const files = matching(input, globs);
  if (files.length === 0) return [absent(input, 'repository', globs, 'No file says how to report a vulnerability')];
  const judged = files.map(judge);
  // Several copies (root and .github): the best one is what a reporter finds.
  const best = judged.find(({ result }) => result === 'pass');
  return best ? [best] : judged;
}

function judge(file: RepositoryFile): Observation {
  if (!isText(file)) return unknown(file.path, notRead(file));
  const { text } = file.content;
  if (text.trim() === '') return unknown(file.path, 'The file is empty');
  const how = contact.exec(text);
  // What follows a report stands elsewhere than in the contact itself.
  const next = disclosure.exec(how ? text.replace(how[0], ' '.repeat(how[0].length)) : text);
  if (how && next) {
    const lines = [...new Set([lineOf(text, how.index), lineOf(text, next.index)])];
    return pass(
      file.path,
      'It says how to report a vulnerability and what happens then',
      lines.map((line) => excerptLines(file, line)),
    );
  }
  const missing = how ? 'It does not say what happens after a report' : 'It names no way to report a vulnerability in private';
  return fail(file.path, missing, [excerpt(file, 0, text.trimEnd().length)]);
}
