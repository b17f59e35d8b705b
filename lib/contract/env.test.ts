import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { BadEnvironment, envTemplate, parseEnv, variables } from './env.ts';

const template = await readFile(new URL('../../env.template', import.meta.url), 'utf8');

describe('env.template', () => {
  test('lists exactly the variables that are read, in their words', () => {
    expect(template).toBe(envTemplate());
  });

  test('says of each variable what no other says', () => {
    const said = template.split('\n').filter((line) => line.startsWith('# ') && !line.startsWith('# Example: '));
    expect(said.filter((line, at) => said.indexOf(line) !== at)).toEqual([]);
    expect(template).toMatch(/^# .*Step Functions endpoint\.\n# Example: .*\nSTEP_FUNCTIONS_ENDPOINT=$/m);
    expect(template).toMatch(/^# .*S3 endpoint\.\n# Example: .*\nOBJECTS_ENDPOINT=$/m);
  });

  test.each(Object.keys(variables))('the example of %s is a value that is accepted', (name) => {
    const schema = Object.entries(variables).find(([key]) => key === name)?.[1];
    const example = new RegExp(`^# Example: (.*)\\n${name}=$`, 'm').exec(template)?.[1];
    expect(schema?.safeParse(example).success).toBe(true);
  });

  test('copied and left blank it is the same as nothing set', () => {
    const blank = Object.fromEntries(
      template.split('\n').flatMap((line) => (/^\w+=$/.test(line) ? [[line.slice(0, -1), '']] : [])),
    );
    expect(Object.keys(blank)).toEqual(Object.keys(variables));
    expect(parseEnv(z.object({ REDIS_CLUSTER: variables.REDIS_CLUSTER }), blank)).toEqual({ REDIS_CLUSTER: false });
  });
});

describe('parseEnv', () => {
  const schema = z.object({ REDIS_URL: variables.REDIS_URL, ACTIVE_RUNS_PER_USER: variables.ACTIVE_RUNS_PER_USER });
  const messageOf = (env: Record<string, string>): string => {
    try {
      parseEnv(schema, env);
    } catch (error) {
      if (error instanceof BadEnvironment) return error.message;
    }
    return '';
  };

  test('fills in defaults and converts', () => {
    expect(parseEnv(schema, { REDIS_URL: 'redis://localhost' })).toEqual({
      REDIS_URL: 'redis://localhost',
      ACTIVE_RUNS_PER_USER: 3,
    });
  });

  test('a missing variable is named, explained and shown by example, on one line', () => {
    const message = messageOf({});
    expect(message).toMatch(/^REDIS_URL is missing\. .*live progress.* Example: REDIS_URL=redis:\/\/localhost:6379$/);
    expect(message).not.toContain('\n');
  });

  test('a malformed variable is named without its value, which may be a secret', () => {
    const message = messageOf({ REDIS_URL: 'postgres://user:hunter2@db.example', ACTIVE_RUNS_PER_USER: 'many' });
    expect(message.split('\n')).toEqual([
      expect.stringMatching(/^REDIS_URL is malformed\./),
      expect.stringMatching(/^ACTIVE_RUNS_PER_USER is malformed\./),
    ]);
    expect(message).not.toContain('hunter2');
  });

  test.each(['https://a.example/', 'https://a.example/path', 'a.example', 'null', '*'])(
    'ALLOWED_ORIGINS refuses %s, which is no origin',
    (origin) => {
      expect(() => parseEnv(z.object({ ALLOWED_ORIGINS: variables.ALLOWED_ORIGINS }), { ALLOWED_ORIGINS: origin })).toThrow(
        /ALLOWED_ORIGINS is malformed/,
      );
    },
  );

  test.each(['http://10.0.0.1', 'http://169.254.169.254', 'https://example.com', 'http://127.0.0.1.example.com'])(
    'LOOPBACK_ORIGINS refuses %s, which is not this machine',
    (origin) => {
      expect(() => parseEnv(z.object({ LOOPBACK_ORIGINS: variables.LOOPBACK_ORIGINS }), { LOOPBACK_ORIGINS: origin })).toThrow(
        BadEnvironment,
      );
    },
  );
});
