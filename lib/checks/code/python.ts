/**
 * Python by lines, where a line is enough to be sure: no parser for it is at hand. Comments are blanked first, and the text of
 * strings too where a pattern is about code; offsets stay those of the file.
 */
import type { Hit, Topic } from './hit.ts';
import { purposeOf } from './purpose.ts';

interface Masked {
  /** Comments blanked. */
  readonly text: string;
  /** Comments and what stands inside strings blanked. */
  readonly code: string;
}

const token = /#[^\n]*|("""|''')(?:\\[\s\S]|(?!\1)[^\\])*\1|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;

export function mask(source: string): Masked {
  const blank = (found: string): string => found.replace(/[^\n]/g, ' ');
  const isDocstring = (found: string, index: number): boolean =>
    found.length > 6 && /(?:^|\n)[ \t]*$/.test(source.slice(Math.max(0, index - 80), index)) && /^("""|''')/.test(found);
  const text = source.replace(token, (found: string, _quote: string, index: number) =>
    found.startsWith('#') || isDocstring(found, index) ? blank(found) : found,
  );
  const code = text.replace(token, (found) => found.charAt(0) + blank(found.slice(1, -1)) + found.charAt(found.length - 1));
  return { text, code };
}

type Verdict = Pick<Hit, 'result' | 'says'>;
interface Pattern {
  readonly topic: Topic;
  /** Matched against the code, strings blanked, unless `text`. */
  readonly find: RegExp;
  readonly text?: true;
  readonly judge: (found: RegExpExecArray, masked: Masked) => Verdict | undefined;
}

const always = (says: string) => (): Verdict => ({ result: 'fail', says });
const verificationOff = 'turns certificate verification off';
const client = /^[ \t]*(?:import|from)[ \t]+(?:requests|httpx|boto3|botocore|hvac|elasticsearch|opensearchpy|urllib3)\b/m;

const lineAround = (text: string, index: number): string =>
  text.slice(text.lastIndexOf('\n', index) + 1, (text.indexOf('\n', index) + 1 || text.length + 1) - 1);
const functionBefore = (text: string, index: number): string =>
  text
    .slice(0, index)
    .match(/^[ \t]*(?:async[ \t]+)?def[ \t]+\w+/gm)
    ?.at(-1) ?? '';

function judgeDigest(found: RegExpExecArray, { text }: Masked): Verdict {
  const line = lineAround(text, found.index);
  if (/usedforsecurity\s*=\s*False/.test(line)) return { result: 'pass', says: 'uses an old digest as a checksum only' };
  const purpose = purposeOf(`${line} ${functionBefore(text, found.index)}`);
  if (purpose === 'security') return { result: 'fail', says: 'protects something with a digest that is broken' };
  return purpose === 'checksum'
    ? { result: 'pass', says: 'uses an old digest as a checksum only' }
    : { result: 'unknown', says: 'uses an old digest, and nothing around it says what for' };
}

const sqlText = /^\s*(?:select\b[\s\S]*\bfrom\b|insert\s+into\b|update\b[\s\S]*\bset\b|delete\s+from\b|drop\s+table\b)/i;
const builtSql: Verdict = { result: 'fail', says: 'puts values into the text of a SQL statement' };

/** `execute(f"... {x}")`; a name in capitals is a constant. */
function judgeFormatted(found: RegExpExecArray): Verdict | undefined {
  const [, , body = ''] = found;
  const filled = [...body.replaceAll('{{', '').matchAll(/\{([^{}!:]+)/g)].map(([, name = '']) => name.trim());
  if (!sqlText.test(body) || filled.every((name) => /(?:^|\.)[A-Z][A-Z0-9_]*$/.test(name))) return undefined;
  return filled.every((name) => /table|column|schema|placeholder|order|fields?$/i.test(name))
    ? { result: 'unknown', says: 'puts names into the text of a SQL statement, and does not show that they are fixed' }
    : builtSql;
}

const mainGuard = (text: string, index: number): boolean => /^if[ \t]+__name__[ \t]*==/m.test(text.slice(0, index));

const patterns: readonly Pattern[] = [
  {
    topic: 'tls',
    find: /\bverify\s*=\s*False\b/g,
    judge: (_, { text }) => (client.test(text) ? { result: 'fail', says: verificationOff } : undefined),
  },
  {
    topic: 'tls',
    find: /\bssl\._create_unverified_context\b|\bverify_mode\s*=\s*(?:ssl\.)?CERT_NONE\b|\bcheck_hostname\s*=\s*False\b/g,
    judge: always(verificationOff),
  },
  { topic: 'cryptography', find: /\bhashlib\.(?:md5|sha1)\s*\(/g, judge: judgeDigest },
  { topic: 'cryptography', find: /\bhashlib\.new\(\s*["'](?:md5|sha1)["']/g, text: true, judge: judgeDigest },
  {
    topic: 'cryptography',
    find: /\b(?:DES3?|ARC[24]|Blowfish|CAST)\.new\s*\(|\bAES\.MODE_ECB\b|\bmodes\.ECB\s*\(|\balgorithms\.(?:TripleDES|ARC4|Blowfish|IDEA|CAST5)\s*\(/g,
    judge: always('uses a cipher or mode that is broken'),
  },
  { topic: 'injection', find: /(?<![\w.])eval\(\s*(?!["')\s])/g, judge: always('runs text as code') },
  {
    topic: 'injection',
    find: /\.execute(?:many)?\(\s*(?:f|rf|fr)("""|'''|"|')([\s\S]*?)\1/gi,
    text: true,
    judge: judgeFormatted,
  },
  {
    topic: 'injection',
    find: /\.execute(?:many)?\(\s*("""|'''|"|')([\s\S]*?)\1\s*(?:%\s*[\w({[]|\+\s*\w|\.format\()/g,
    text: true,
    judge: ([, , body = '']) => (sqlText.test(body) ? builtSql : undefined),
  },
  {
    topic: 'exposure',
    find: /\.run\([^()]*\bdebug\s*=\s*True\b/g,
    judge: ({ index }, { code }) =>
      mainGuard(code, index)
        ? { result: 'unknown', says: 'turns debugging on where the file is run by itself' }
        : { result: 'fail', says: 'turns debugging on' },
  },
  { topic: 'exposure', find: /\b(?:FastAPI|Flask|Starlette)\([^()]*\bdebug\s*=\s*True\b/g, judge: always('turns debugging on') },
  {
    topic: 'exposure',
    find: /\bCORSMiddleware\b(?=[\s\S]{0,400}\ballow_credentials\s*=\s*True\b)[\s\S]{0,400}?\ballow_origins\s*=\s*\[\s*["']\*["']\s*\]/g,
    text: true,
    judge: always('lets every origin make requests with credentials'),
  },
  {
    topic: 'exposure',
    find: /\bCORS\((?=[^()]*\bsupports_credentials\s*=\s*True\b)[^()]*\borigins\s*=\s*["']\*["'][^()]*/g,
    text: true,
    judge: always('lets every origin make requests with credentials'),
  },
];

/** Settings of Django for development have a name of their own. */
const djangoSettings = /(?:^|\/)settings(?:\/(?:base|prod|production|__init__))?\.py$/i;
const djangoDebug: Pattern = { topic: 'exposure', find: /^DEBUG\s*=\s*True\b/gm, judge: always('turns debugging on') };

export function pythonHits(path: string, source: string): readonly Hit[] {
  const masked = mask(source);
  return [...patterns, ...(djangoSettings.test(path) ? [djangoDebug] : [])].flatMap((pattern) => {
    const hits: Hit[] = [];
    for (const found of (pattern.text ? masked.text : masked.code).matchAll(pattern.find)) {
      const verdict = pattern.judge(found, masked);
      if (verdict)
        hits.push({ topic: pattern.topic, ...verdict, places: [{ start: found.index, end: found.index + found[0].length }] });
    }
    return hits;
  });
}
