import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { BadEnvironment } from '../contract/env.ts';
import { config, useEnvironment } from './config.ts';
import { closeResources, keys, store } from './resources.ts';

afterEach(closeResources);

describe('resources', () => {
  test('are opened once, however many ask at the same moment', async () => {
    useEnvironment({ LOCAL_KEY_FILE: join(await mkdtemp(join(tmpdir(), 'assay-')), 'keys.json') });
    const all = await Promise.all([keys(), keys(), keys()]);
    expect(new Set(all).size).toBe(1);
  });

  test('that failed to open are tried again by the next who asks', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'assay-')), 'keys.json');
    await writeFile(file, 'damaged');
    useEnvironment({ LOCAL_KEY_FILE: file });
    await expect(keys()).rejects.toThrow('not a key file');
    useEnvironment({ LOCAL_KEY_FILE: `${file}.new` });
    expect(await (await keys()).publicKeyPem()).toContain('PUBLIC KEY');
  });

  test('name the variable they lack', async () => {
    useEnvironment({});
    await expect(store()).rejects.toThrow(/^DATABASE_URL is missing\./);
  });

  test('are opened anew after they were closed', async () => {
    useEnvironment({ LOCAL_KEY_FILE: join(await mkdtemp(join(tmpdir(), 'assay-')), 'keys.json') });
    const first = await keys();
    await closeResources();
    expect(await keys()).not.toBe(first);
  });
});

describe('config', () => {
  test('says which keys it wants when it has none', () => {
    useEnvironment({});
    expect(() => config.keys()).toThrow(/KMS_KEY_ID and KMS_SIGNING_KEY_ID .* or LOCAL_KEY_FILE/);
  });

  test('wants the signing key beside the sealing key', () => {
    useEnvironment({ KMS_KEY_ID: 'k', LOCAL_KEY_FILE: 'f' });
    expect(() => config.keys()).toThrow(/^KMS_SIGNING_KEY_ID is missing/);
  });

  test('gives AWS clients our own credentials only with an endpoint of our own', () => {
    const secret = '0123456789abcdef';
    useEnvironment({ LOOPBACK_SECRET: secret, REPORTS_BUCKET: 'reports', AWS_REGION: 'eu-west-1' });
    expect(config.objects()).toEqual({ bucket: 'reports', region: 'eu-west-1' });
    useEnvironment({ LOOPBACK_SECRET: secret, REPORTS_BUCKET: 'reports', OBJECTS_ENDPOINT: 'http://127.0.0.1:1' });
    expect(config.objects()).toMatchObject({ endpoint: 'http://127.0.0.1:1', credentials: { secretAccessKey: secret } });
  });

  test('the database is signed in to with the password of its URL, unless told that IAM gives it', () => {
    const url = 'postgresql://assay_app:local@localhost:5432/assay';
    useEnvironment({ DATABASE_URL: url });
    expect(config.database()).toMatchObject({ url, iam: null });
    useEnvironment({ DATABASE_URL: url, DATABASE_IAM: 'true', AWS_REGION: 'eu-west-1' });
    expect(config.database()).toMatchObject({ url, iam: { region: 'eu-west-1' } });
  });

  test('a run without a model has a null key, not an empty one', () => {
    useEnvironment({ OPENAI_API_KEY: '  ' });
    expect(config.model()).toMatchObject({ apiKey: null, model: null });
  });

  test('the name of the model is known without its key, which the API does not have', () => {
    useEnvironment({ OPENAI_MODEL: 'm' });
    expect(config.model()).toMatchObject({ apiKey: null, model: 'm' });
  });

  test('throws one kind of error, which a start shows as it is', () => {
    useEnvironment({ REQUESTS_PER_MINUTE: '-1' });
    expect(() => config.limits()).toThrow(BadEnvironment);
  });
});
