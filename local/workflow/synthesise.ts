/** Synthesises the CDK app in a child process, without bundling, and keeps the outcome until its sources change. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SynthesisFailed } from './errors.ts';
import { readTemplates, template, type Workload, workload } from './template.ts';
import { validateDefinition } from './validate.ts';

const run = promisify(execFile);

export interface SynthesisOptions {
  /** The project's folder. */
  readonly root: string;
  readonly signal?: AbortSignal;
}

/** About 3 s the first time, about 20 ms from the cache. Throws SynthesisFailed with the app's own complaint. */
export async function synthesise({ root, signal }: SynthesisOptions): Promise<Workload> {
  const cache = join(root, 'node_modules', '.cache', 'assay');
  const file = join(cache, `workload-${await fingerprint(root)}.json`);
  const cached = await readCache(file);
  if (cached !== null) return cached;
  const found = readTemplates(await templates(root, signal));
  for (const { name, definition } of found.machines) validateDefinition(name, definition);
  await mkdir(cache, { recursive: true });
  // Written aside and renamed: two starts at once must not read half a file.
  const partial = `${file}.${process.pid}`;
  await writeFile(partial, JSON.stringify(found));
  await rename(partial, file);
  return found;
}

async function templates(root: string, signal: AbortSignal | undefined): Promise<ReturnType<typeof template.parse>[]> {
  const out = await mkdtemp(join(tmpdir(), 'assay-synth-'));
  try {
    const context = JSON.stringify({ 'aws:cdk:bundling-stacks': [], only: 'functions' });
    await run(process.execPath, ['infra/app.ts'], {
      cwd: root,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], CDK_OUTDIR: out, CDK_CONTEXT_JSON: context },
      timeout: 120_000,
      ...(signal && { signal }),
    });
    const names = (await readdir(out)).filter((name) => name.endsWith('.template.json')).sort();
    return await Promise.all(names.map(async (name) => template.parse(JSON.parse(await readFile(join(out, name), 'utf8')))));
  } catch (error) {
    signal?.throwIfAborted();
    throw new SynthesisFailed(`node infra/app.ts: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** Everything that the templates are made from: the app's sources, the contract it imports, CDK's version, the reader here. */
async function fingerprint(root: string): Promise<string> {
  const folders = ['infra', 'lib/contract', 'local/workflow'];
  const listed = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(join(root, folder), { recursive: true });
      return names.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts')).map((name) => join(folder, name));
    }),
  );
  const files = ['cdk.json', 'node_modules/aws-cdk-lib/package.json', ...listed.flat().sort()];
  const contents = await Promise.all(files.map((name) => readFile(join(root, name))));
  const hash = createHash('sha256');
  for (const [index, name] of files.entries())
    hash
      .update(`${name}\0`)
      .update(contents[index] ?? '')
      .update('\0');
  return hash.digest('hex').slice(0, 32);
}

async function readCache(file: string): Promise<Workload | null> {
  try {
    return workload.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}
