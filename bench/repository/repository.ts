/** A believable repository of any size: a shop of many services, about 4 KB a file, some ten files a folder, folders in folders. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileOf, type Kind, kinds } from './kinds.ts';
import { type Random, seeded } from './random.ts';

export interface SourceFile {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
}

const BYTES_A_FILE = 4000;
const FILES_A_FOLDER = 12;
/** Folders of one service: what has more gets another service. */
const FOLDERS_A_SERVICE = 9;

/** Exactly `count` files, at least as many as `roots` has. */
export function* repositoryFiles(count: number, seed = 1): Generator<SourceFile> {
  if (count < roots.length) throw new RangeError(`a repository has at least ${roots.length} files`);
  yield* roots;
  const random = seeded(seed);
  for (let index = 0; index < count - roots.length; index += 1) {
    const folder = folderOf(Math.floor(index / FILES_A_FOLDER));
    const kind = kindFor(random);
    const name = `part-${index}`;
    yield { path: `${folder}/${name}.${kind.extension}`, text: fileOf(kind, name, sizeOf(random), random) };
  }
}

/** Below `directory`, which may not exist. @returns bytes written. */
export async function writeRepository(directory: string, count: number, seed?: number): Promise<number> {
  let bytes = 0;
  for (const { path, text } of repositoryFiles(count, seed)) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    bytes += Buffer.byteLength(text);
  }
  return bytes;
}

const places = [
  'src/api',
  'src/api/v1',
  'src/domain',
  'src/domain/rules',
  'src/store',
  'src/jobs',
  'src/jobs/nightly',
  'docs',
  'deploy',
];

function folderOf(folder: number): string {
  const service = Math.floor(folder / FOLDERS_A_SERVICE);
  return `services/${service % 2 === 0 ? 'shop' : 'back-office'}/service-${service}/${places[folder % FOLDERS_A_SERVICE] ?? 'src'}`;
}

function kindFor(random: Random): Kind {
  let left = random.int(kinds.reduce((sum, { share }) => sum + share, 0));
  for (const kind of kinds) {
    left -= kind.share;
    if (left < 0) return kind;
  }
  return kinds[0];
}

/** From half to one and a half of the usual. */
const sizeOf = (random: Random): number => BYTES_A_FILE / 2 + random.int(BYTES_A_FILE);

const roots: readonly SourceFile[] = [
  { path: 'README.md', text: '# Shop\n\nServices of a shop. Run `npm test` in a service.\n' },
  { path: 'LICENSE', text: 'MIT License\n\nCopyright (c) 2026 The shop\n' },
  { path: '.gitignore', text: 'node_modules/\ndist/\n*.log\n' },
  {
    path: 'package.json',
    text: `${JSON.stringify({ name: 'shop', private: true, workspaces: ['services/*/*'], dependencies: { pg: '^8.16.0' } }, null, 2)}\n`,
  },
  {
    path: 'Dockerfile',
    text: 'FROM node:24-slim\nWORKDIR /app\nCOPY . .\nUSER node\nCMD ["node", "services/shop/service-0/src/main.ts"]\n',
  },
  {
    path: '.github/workflows/ci.yml',
    text: 'name: ci\non: [push]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: npm ci && npm test\n',
  },
];
