/** Environment variables and options that turn protection off, in files that start programs. */
import type { RepositoryFile } from '../check.ts';
import { pathTest } from '../observe.ts';
import { dockerfile, dockerfileGlobs } from '../parse/dockerfile.ts';
import type { TextFile } from '../parse/memo.ts';
import type { Hit } from './hit.ts';

export const settingsGlobs = [
  ...dockerfileGlobs,
  '**/*.{sh,bash,yml,yaml}',
  '**/package.json',
  '**/Procfile',
  '**/.npmrc',
  '**/.env*',
] as const;
export const mayHoldSettings =
  /NODE_TLS_REJECT_UNAUTHORIZED|PYTHONHTTPSVERIFY|GIT_SSL_NO_VERIFY|strict-ssl|NODE_ENV|FLASK_DEBUG|FLASK_ENV|DJANGO_DEBUG|--inspect/;

const verification = [
  /\b(?:NODE_TLS_REJECT_UNAUTHORIZED|PYTHONHTTPSVERIFY)\b["']?\s*[=:]?\s*["']?0\b/,
  /\bname:\s*["']?NODE_TLS_REJECT_UNAUTHORIZED["']?\s*\n\s*value:\s*["']?0\b/,
  /\bGIT_SSL_NO_VERIFY\b["']?\s*[=:]?\s*["']?(?:1|true)\b/,
  /\bstrict-ssl\b\s*[= ]\s*false\b/,
];
const debugging = [
  /\bNODE_ENV[= ]["']?development\b/,
  /\bFLASK_(?:DEBUG[= ]["']?(?:1|true)|ENV[= ]["']?development)\b/i,
  /\bDJANGO_DEBUG[= ]["']?(?:1|true)\b/i,
  /--inspect(?:-brk)?=0\.0\.0\.0/,
];

const isDockerfile = pathTest(dockerfileGlobs);

export function settingHits(file: TextFile): readonly Hit[] {
  const { text } = file.content;
  const uncommented = text.replace(/^[ \t]*(?:#|\/\/)[^\n]*/gm, (comment) => ' '.repeat(comment.length));
  const find = (pattern: RegExp, topic: Hit['topic'], says: string, from: number): readonly Hit[] => {
    const found = pattern.exec(uncommented.slice(from));
    if (found === null) return [];
    const start = from + found.index;
    return [{ topic, result: 'fail', says, places: [{ start, end: start + found[0].length }] }];
  };
  return [
    ...verification.flatMap((pattern) => find(pattern, 'tls', 'turns certificate verification off', 0)),
    ...(isDockerfile(file.path)
      ? debugging.flatMap((pattern) => find(pattern, 'exposure', 'turns debugging on', lastStage(file)))
      : []),
  ];
}

/** Earlier stages build or serve development; what is deployed is the last. */
function lastStage(file: RepositoryFile): number {
  const parsed = dockerfile(file);
  return parsed.ok ? (parsed.value.bases.at(-1)?.start ?? 0) : 0;
}
