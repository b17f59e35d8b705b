/** Finds secrets in a text with secretlint's recommended rules, in this process and without touching the disk. */
import { lintSource } from '@secretlint/core';
import { secretLintProfiler } from '@secretlint/profiler';
import { rules } from '@secretlint/secretlint-rule-preset-recommend';

/** A secret's place in the text, as UTF-16 indexes: the value itself, not the key before it. */
export interface FoundSecret {
  /** What it looks like: "a private key", "a GitHub token". */
  readonly kind: string;
  readonly from: number;
  readonly to: number;
}

const prefix = '@secretlint/secretlint-rule-';

/** The first reads .p12 files from the disk; the second lets the assessed files silence the scan by a comment. */
const unwanted = new Set([`${prefix}gcp`, `${prefix}filter-comments`]);

const config = { rules: rules.filter(({ meta }) => !unwanted.has(meta.id)).map((rule) => ({ id: rule.meta.id, rule })) };

/** Rules whose ids do not name the credential by themselves. */
const kinds: Readonly<Record<string, string>> = {
  aws: 'an AWS secret access key',
  privatekey: 'a private key',
  basicauth: 'a password in a URL',
  'database-connection-string': 'a database password',
  npm: 'an npm token',
  github: 'a GitHub token',
  gitlab: 'a GitLab token',
  slack: 'a Slack credential',
};

/** Names that never lead anywhere (RFC 2606, RFC 6761): a password in an address there opens nothing. */
const reserved = /@(?:[\w.-]+\.)?(?:example(?:\.(?:com|net|org))?|test|invalid|localhost)(?=[:/?#\s"'`]|$)/i;

export async function scanText(path: string, text: string): Promise<readonly FoundSecret[]> {
  // Every mark of the profiler is kept for the life of the process: about 20 KB for each file.
  secretLintProfiler.setEnabled(false);
  const { messages } = await lintSource({
    // An empty extension keeps rules from opening the path.
    source: { filePath: path, content: text, ext: '', contentType: 'text' },
    options: { config, noPhysicFilePath: true },
  });
  // secretlint counts from behind a byte order mark.
  const shift = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  return messages
    .map(({ ruleId, range, data }) => {
      const value = locate(text, range[0] + shift, range[1] + shift, data);
      return { kind: kindOf(ruleId), ...value };
    })
    .filter(({ from, to }) => !reserved.test(text.slice(from, to)))
    .sort((a, b) => a.from - b.from);
}

/** A rule's range may start at the key before the secret; its data holds the secret itself. */
function locate(text: string, start: number, end: number, data: object | undefined): { from: number; to: number } {
  const values = Object.values(data ?? {}).filter((value): value is string => typeof value === 'string' && value !== '');
  const found = values.map((value) => ({ value, at: text.indexOf(value, start) })).find(({ at }) => at !== -1 && at <= end);
  return found ? { from: found.at, to: found.at + found.value.length } : { from: start, to: end };
}

function kindOf(ruleId: string): string {
  const name = ruleId.replace(prefix, '');
  return Object.hasOwn(kinds, name) ? (kinds[name] ?? '') : `a credential of the kind "${name}"`;
}
