/**
 * Makes a fresh checkout ready to run, on any Node from 18: dependencies (Node 24 among them), the Prisma client, Redis.
 * Each step looks first and does nothing when nothing is missing.
 *
 *   node scripts/setup.mjs [--quiet] [--without-redis] [--with-browser] [--run <file> [arguments...]]
 *
 * `--run` then runs a file on Node 24 and ends with its exit code. Exit 2: something can't be installed, said in one line.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
const node24 = join(modules, '.bin', 'node');

const args = process.argv.slice(2);
const runAt = args.indexOf('--run');
const options = new Set(runAt === -1 ? args : args.slice(0, runAt));
const quiet = options.has('--quiet');

class CannotSetUp extends Error {}

function say(line) {
  if (!quiet) process.stdout.write(`${line}\n`);
}

/** Output is kept back and shown only when the program fails. */
function run(program, programArgs, env = {}) {
  const result = spawnSync(program, programArgs, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 64 << 20,
  });
  return { ok: result.status === 0, output: `${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}`.trim() };
}

/** What went wrong, in one line: npm says it first and then adds advice, others say it last. */
function inOneLine(output) {
  const lines = output.split('\n').filter((line) => /\S/.test(line.replace(/^npm (error|notice|warn)/, '')));
  const npm = lines.filter((line) => line.startsWith('npm error')).map((line) => line.slice('npm error '.length));
  return (npm.length > 0 ? npm.slice(0, 3) : lines.slice(-3)).join(' | ');
}

function timed(what, work) {
  const started = Date.now();
  work();
  say(`${what} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}

/** Nothing here needs Prisma's schema engine, which it would download: any existing file keeps it from that. */
const withoutPrismaEngine = {
  PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
  CHECKPOINT_DISABLE: '1',
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
};

/** npm notes what it installed. By content, not by time: a checkout touches the lock without changing it. */
function installedAsLocked() {
  const noted = join(modules, '.package-lock.json');
  if (!existsSync(noted)) return false;
  const packages = (file) => JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
  const installed = packages(noted);
  return Object.entries(packages(join(root, 'package-lock.json'))).every(([path, { version, optional }]) => {
    const there = installed[path];
    // What is for another platform is optional, and absent.
    return path === '' || (there === undefined ? optional === true : there.version === version);
  });
}

function dependencies() {
  if (!installedAsLocked()) {
    timed('dependencies: installed', () => {
      // The npm that runs this script, if one does.
      const npm = process.env.npm_execpath;
      const ci = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
      const { ok, output } = npm?.endsWith('.js')
        ? run(process.execPath, [npm, ...ci], withoutPrismaEngine)
        : run('npm', ci, withoutPrismaEngine);
      if (!ok) throw new CannotSetUp(`npm ci failed: ${inOneLine(output)}`);
    });
  }
  const version = run(node24, ['--version']);
  if (!version.ok || !/^v(2[4-9]|[3-9]\d)\./.test(version.output)) {
    throw new CannotSetUp('node_modules has no Node 24: remove node_modules and run `npm ci` with install scripts allowed');
  }
}

function prismaClient() {
  const inputs = [join(root, 'prisma', 'schema.prisma'), join(modules, 'prisma', 'package.json')];
  const stamp = createHash('sha256')
    .update(inputs.map((file) => readFileSync(file, 'utf8')).join('\0'))
    .digest('hex');
  const stampFile = join(modules, '.cache', 'assay-prisma-client');
  const last = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : '';
  if (last === stamp && existsSync(join(root, 'prisma', 'generated', 'client.ts'))) return;
  timed('Prisma client: generated', () => {
    const { ok, output } = run(node24, [join(modules, 'prisma', 'build', 'index.js'), 'generate'], withoutPrismaEngine);
    if (!ok) throw new CannotSetUp(`prisma generate failed: ${inOneLine(output)}`);
    mkdirSync(dirname(stampFile), { recursive: true });
    writeFileSync(stampFile, stamp);
  });
}

function onPath(name) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}

function redis() {
  if (process.env.REDIS_URL || onPath('valkey-server') || onPath('redis-server')) return;
  const byHand = 'install redis-server or valkey-server (Debian: apt-get install redis-server), or set REDIS_URL';
  if (process.getuid?.() !== 0 || !onPath('apt-get')) throw new CannotSetUp(`there is no Redis: ${byHand}`);
  timed('Redis: installed', () => {
    // Only the program: with RUNLEVEL=1 Debian does not start it as a service.
    const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
    const install = ['install', '-y', '-q', '--no-install-recommends', 'redis-server'];
    let result = run('apt-get', install, env);
    if (!result.ok && run('apt-get', ['update', '-q'], env).ok) result = run('apt-get', install, env);
    if (!result.ok) throw new CannotSetUp(`Redis could not be installed (${inOneLine(result.output)}): ${byHand}`);
  });
}

/** For the browser tests, which are left out where there is none and none can be installed (vitest.config.ts). */
function browser() {
  if (['chromium', 'chromium-browser', 'google-chrome'].some(onPath) || process.getuid?.() !== 0 || !onPath('apt-get')) return;
  timed('Chromium: looked after', () => {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    const install = ['install', '-y', '-q', '--no-install-recommends', 'chromium'];
    if (run('apt-get', install, env).ok || (run('apt-get', ['update', '-q'], env).ok && run('apt-get', install, env).ok)) return;
    say('Chromium could not be installed: browser tests are left out');
  });
}

function runOnNode24(file, fileArgs) {
  const env = { ...process.env, PATH: `${join(modules, '.bin')}${delimiter}${process.env.PATH ?? ''}` };
  const child = spawn(node24, [file, ...fileArgs], { cwd: process.cwd(), env, stdio: 'inherit' });
  // Ctrl-C reaches the child by itself; it decides when to end.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`${file} could not be run: ${error.message}\n`);
    process.exitCode = 2;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
  });
}

try {
  dependencies();
  prismaClient();
  if (!options.has('--without-redis')) redis();
  if (options.has('--with-browser')) browser();
  if (runAt !== -1) runOnNode24(args[runAt + 1], args.slice(runAt + 2));
  else say('set-up: ready');
} catch (error) {
  if (!(error instanceof CannotSetUp)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
