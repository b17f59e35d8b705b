/** Environment files (`.env`) and which of their values are secrets rather than placeholders. */
import type { Observation, RepositoryFile } from '../check.ts';
import { isText } from '../cite.ts';
import { fail, notApplicable, pass, quotes, unknown } from '../observe.ts';
import type { TextFile } from '../parse/memo.ts';

export const envFileGlobs = ['**/.env', '**/.env.*', '**/*.env'] as const;

/** Templates are meant to be tracked; code and encrypted vaults only share the name. */
const otherwise =
  /(?:[._-](?:example|sample|template|tmpl|dist|default|defaults|schema|tpl|vault|spec))(?:\.|$)|\.(?:[cm]?[jt]sx?|md|json|ya?ml|txt|html)$/i;

export const isEnvFile = (path: string): boolean => !otherwise.test(path.split('/').at(-1) ?? '');

const secretKey =
  /(?:^|_)(?:SECRET(?:_KEY(?:_BASE)?)?|TOKEN|PASSWORD|PASSWD|PASSPHRASE|PWD|PASS|API_?KEY|AUTH_?KEY|PRIVATE_?KEY|ACCESS_?KEY(?:_ID)?|CREDENTIALS?|ENCRYPTION_KEY|SIGNING_KEY|MASTER_KEY|SALT)$/i;
/** Values under these prefixes are compiled into what browsers download. */
const publicKey = /^(?:NEXT_PUBLIC|VITE|REACT_APP|NUXT_PUBLIC|PUBLIC|EXPO_PUBLIC|GATSBY)_|PUBLIC|PUBLISHABLE/i;
const addressKey = /(?:^|_)(?:URL|URI|DSN|CONNECTION(?:_STRING)?)$/i;

const placeholder =
  /^$|^(?:change[-_ ]?(?:me|this|it)|your[-_ ].*|my[-_ ].*|x{3,}|\*{3,}|\.{3,}|example.*|placeholder.*|dummy.*|fake.*|test(?:ing)?|todo|tbd|replace.*|none|null|nil|undefined|true|false|secret|password|passw?d?|postgres|root|admin|user|guest|local(?:host)?|development|dev)$|^<.*>$|^\[.*\]$|\$\{?\w|\$\(|^(?:op|vault|ssm|aws|gcp|sops|ref\+\w+):|^ENC\[|^encrypted:/i;

/** `start` to `end` is the key: only the key is ever cited. */
interface EnvEntry {
  readonly key: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

export function judgeEnvFile(file: RepositoryFile): Observation {
  if (!isText(file)) return unknown(file.path, 'The file was not read');
  const entries = entriesOf(file);
  const secrets = entries.filter(isSecret);
  if (secrets.length > 0)
    return fail(file.path, 'It is tracked, and gives a value to what is named like a secret', quotes(file, secrets));
  if (entries.length === 0) return notApplicable(file.path, 'It sets nothing');
  return pass(file.path, 'It sets nothing that is named like a secret to more than a placeholder', quotes(file, entries));
}

function entriesOf(file: TextFile): readonly EnvEntry[] {
  return [...file.content.text.matchAll(/^([ \t]*(?:export[ \t]+)?)([A-Za-z_][\w.]*)[ \t]*=[ \t]*(.*)$/gm)].map((line) => {
    const [, lead = '', key = '', written = ''] = line;
    const start = line.index + lead.length;
    return { key, value: unquoted(written.trim()), start, end: start + key.length };
  });
}

function unquoted(value: string): string {
  const quoted = /^(["'])(.*)\1/.exec(value);
  return quoted ? (quoted[2] ?? '') : value.replace(/[ \t]#.*$/, '').trimEnd();
}

function isSecret({ key, value }: EnvEntry): boolean {
  if (publicKey.test(key)) return false;
  if (secretKey.test(key)) return value.length >= 4 && !placeholder.test(value);
  return addressKey.test(key) && hasPassword(value);
}

/** A password in an address, other than the usual ones of a developer's own machine. */
function hasPassword(value: string): boolean {
  const url = URL.parse(value);
  if (url === null || url.password === '' || placeholder.test(url.password) || url.password === url.username) return false;
  return !/^(?:localhost|127\.0\.0\.1|\[::1\]|host\.docker\.internal)$/.test(url.hostname);
}
