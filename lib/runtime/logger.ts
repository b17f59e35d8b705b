import { Console } from 'node:console';
import { createHash } from 'node:crypto';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Logger as Powertools } from '@aws-lambda-powertools/logger';
import { errorName, safeMessage } from './errors.ts';

/**
 * The only fields a log line may carry: ids, names from a fixed set, numbers. Never a body, an argument, a URL or a header.
 * A field that is not listed is dropped at run time too, because a spread object passes the type check. `userId` is written as `user`,
 * a hash.
 */
const fieldNames = [
  'requestId', 'userId', 'projectId', 'runId', 'connectionId', 'socketId', 'toolCallId', 'executionArn',
  'function', 'route', 'method', 'status', 'code', 'step', 'item', 'agent', 'attempt', 'epoch', 'origin', 'outcome',
  'server', 'tool', 'model', 'check', 'reason', 'count', 'bytes', 'durationMs', 'remainingMs', 'inputTokens', 'outputTokens',
] as const; // biome-ignore format: one glance

export type LogFields = { readonly [K in (typeof fieldNames)[number]]?: string | number | boolean | null | undefined } & {
  readonly error?: unknown;
};

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log with these fields on every line. */
  child(fields: LogFields): Logger;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** JSON lines on standard output, or appended to `file`. */
export function openLogger(options: { readonly service: string; readonly level: LogLevel; readonly file?: string }): Logger {
  const powertools = new Powertools({ serviceName: options.service, logLevel: options.level });
  if (options.file !== undefined) linesTo(powertools, options.file);
  return withFields(powertools, {});
}

/** Powertools writes to process.stdout and has no option for another stream; a test fails if the field is renamed. */
export function linesTo(powertools: object, file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
  Reflect.set(powertools, 'console', new Console({ stdout: stream, stderr: stream }));
}

function withFields(powertools: Powertools, always: Readonly<Record<string, unknown>>): Logger {
  const line = (fields: LogFields | undefined) => ({ ...always, ...allowed(fields) });
  return {
    debug: (message, fields) => powertools.debug(message, line(fields)),
    info: (message, fields) => powertools.info(message, line(fields)),
    warn: (message, fields) => powertools.warn(message, line(fields)),
    error: (message, fields) => powertools.error(message, line(fields)),
    child: (fields) => withFields(powertools, line(fields)),
  };
}

const MAX_VALUE = 300;

function allowed(fields: LogFields | undefined): Record<string, unknown> {
  if (fields === undefined) return {};
  const kept: Record<string, unknown> = {};
  for (const name of fieldNames) {
    const value = fields[name];
    if (name === 'userId') {
      if (typeof value === 'string') kept['user'] = pseudonym(value);
    } else if (typeof value === 'string') kept[name] = value.slice(0, MAX_VALUE);
    else if (typeof value === 'number' || typeof value === 'boolean' || value === null) kept[name] = value;
  }
  if (fields.error !== undefined) kept['failure'] = describe(fields.error);
  return kept;
}

/** Whose lines belong together, without saying whose they are: user ids are random, so that a hash of one cannot be guessed back. */
const pseudonym = (userId: string): string => createHash('sha256').update(userId).digest('hex').slice(0, 16);

/** Name, code and stack frames; the message only where our own code wrote it (see safeMessage). Causes three deep. */
function describe(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = 'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? { code: error.code } : {};
  const frames = (error.stack ?? '').split('\n').flatMap((text) => /^\s+at (.+)$/.exec(text)?.[1] ?? []);
  const cause = error.cause !== undefined && depth < 3 ? { cause: describe(error.cause, depth + 1) } : {};
  const message = safeMessage(error);
  return { name: errorName(error), ...(message === null ? {} : { message }), ...code, at: frames.slice(0, 8), ...cause };
}
