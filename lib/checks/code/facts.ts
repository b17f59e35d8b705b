/** Reads each source file once for all checks of this folder, and keeps what was found instead of the syntax tree. */
import type { RepositoryFile } from '../check.ts';
import { pathTest } from '../observe.ts';
import { type Parsed, perFile } from '../parse/memo.ts';
import { parseSource } from './ast.ts';
import type { Hit, Topic } from './hit.ts';
import { cryptographyHits } from './js-cryptography.ts';
import { exposureHits } from './js-exposure.ts';
import { injectionHits } from './js-injection.ts';
import { tlsHits } from './js-tls.ts';
import { pythonHits } from './python.ts';
import { mayHoldSettings, settingHits, settingsGlobs } from './settings.ts';

export const sourceGlobs = ['**/*.{js,jsx,mjs,cjs,ts,tsx,mts,cts,py}'] as const;
/** Languages that nothing here reads. */
export const otherGlobs = [
  '**/*.{go,java,kt,scala,groovy,rb,php,cs,fs,vb,rs,swift,m,mm,c,cc,cpp,cxx,ex,exs,erl,clj,dart,pl,vue,svelte}',
] as const;

export const isSource = pathTest(sourceGlobs);
const isSettings = pathTest(settingsGlobs);
const isPython = (path: string): boolean => /\.py$/i.test(path);

const sqlInQuotes =
  /['"`]\s*(?:--[^\n]*\n\s*)*\(?(?:SELECT\s[^;]{1,2000}?\bFROM\s|SELECT\s+\w+\(|INSERT\s+INTO\s|UPDATE\s+[^;]{1,200}?\sSET\s|DELETE\s+FROM\s|MERGE\s+INTO\s|WITH\s[^;]{1,200}?\bAS\s*\(|(?:DROP|ALTER|CREATE|TRUNCATE)\s+(?:TABLE|DATABASE|ROLE|USER|SCHEMA|INDEX|VIEW|TYPE)\s)/i;

/** A file without any of these words holds no subject of the topic: parsing is what costs. */
const script: Readonly<Record<Topic, readonly RegExp[]>> = {
  tls: [/rejectUnauthorized|strictSSL|checkServerIdentity|NODE_TLS_REJECT_UNAUTHORIZED/],
  cryptography: [/create(?:Hash|Hmac|Cipher|Decipher)|CryptoJS|subtle\s*\.\s*digest|['"](?:blueimp-|js-)?(?:md5|sha1)['"]/],
  injection: [/\beval\s*\(|\bFunction\s*\(|\bset(?:Timeout|Interval)\s*\(\s*['"`]|\w(?:here|aving|y|oin)Raw\s*\(/, sqlInQuotes],
  exposure: [/cors\b|cors[A-Z]|Cors\b|Cors[A-Z]|CORS|[Aa]ccess-[Cc]ontrol-[Aa]llow-[Oo]rigin/],
};
const python: Readonly<Record<Topic, readonly RegExp[]>> = {
  tls: [/verify\s*=\s*False|_create_unverified_context|CERT_NONE|check_hostname/],
  cryptography: [/hashlib|MODE_ECB|modes\.ECB|ARC[24]|\bDES|TripleDES|Blowfish|CAST|IDEA/],
  injection: [/\beval\(|\.execute/],
  exposure: [/debug\s*=\s*True|DEBUG\s*=\s*True|CORS/],
};

const hits = perFile('JavaScript or TypeScript', (file): readonly Hit[] => {
  const { text } = file.content;
  if (isPython(file.path)) return pythonHits(file.path, text);
  const source = parseSource(file.path, text);
  return [...tlsHits(source), ...cryptographyHits(source), ...injectionHits(source), ...exposureHits(source)];
});

const settings = perFile('a settings file', settingHits);

/** Null where the file cannot concern the topic. */
export function hitsOf(file: RepositoryFile, topic: Topic): Parsed<readonly Hit[]> | null {
  if (file.content.kind !== 'text') return null;
  const { path, content } = file;
  const concerns = isSource(path)
    ? (isPython(path) ? python : script)[topic].some((word) => word.test(content.text))
    : isSettings(path) && mayHoldSettings.test(content.text);
  if (!concerns) return null;
  const found = isSource(path) ? hits(file) : settings(file);
  return found.ok ? { ok: true, value: found.value.filter((hit) => hit.topic === topic) } : found;
}
