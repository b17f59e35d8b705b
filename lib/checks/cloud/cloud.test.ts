import { describe, expect, test } from 'vitest';
import { daysAgo, judged } from '../record-set.fixture.ts';
import { auditLogEverywhere } from './audit-log.ts';
import { bucketEncryption } from './bucket-encryption.ts';
import { encryptionDefaults } from './encryption-defaults.ts';
import { oldUserKeys } from './old-keys.ts';
import { publicBuckets } from './public-buckets.ts';
import { rootKeys } from './root-keys.ts';
import { rootMfa } from './root-mfa.ts';
import { userMfa } from './user-mfa.ts';

describe('buckets', () => {
  test('an open one and one without encryption are named; one that could not be asked stays open', async () => {
    const buckets = {
      logs: { name: 'logs', isPublic: false, isEncrypted: true },
      www: { name: 'www', isPublic: true, isEncrypted: false },
      denied: { name: 'denied' },
    };
    expect(await judged(publicBuckets, buckets)).toEqual({ www: 'fail', denied: 'unknown' });
    expect(await judged(bucketEncryption, buckets)).toEqual({ www: 'fail', denied: 'unknown' });
    expect(await judged(publicBuckets, { logs: buckets.logs })).toEqual({ buckets: 'pass' });
    expect(await judged(bucketEncryption, { logs: buckets.logs })).toEqual({ buckets: 'pass' });
  });

  test('an account without buckets has none to judge, and half a listing proves nothing', async () => {
    expect(await judged(publicBuckets, {})).toEqual({ buckets: 'not-applicable' });
    expect(await judged(publicBuckets, {}, { complete: false })).toEqual({ buckets: 'unknown' });
  });
});

describe('the root account', () => {
  test.each([
    [{ accessKeys: 0, hasMfa: true }, 'pass', 'pass'],
    [{ accessKeys: 1, hasMfa: false }, 'fail', 'fail'],
    [{}, 'unknown', 'unknown'],
  ] as const)('%j: keys %s, second factor %s', async (root, keys, mfa) => {
    expect(Object.values(await judged(rootKeys, { root }))).toEqual([keys]);
    expect(Object.values(await judged(rootMfa, { root }))).toEqual([mfa]);
  });

  test('that is not shown is no root account without keys', async () => {
    expect(Object.values(await judged(rootKeys, {}))).toEqual(['unknown']);
    expect(Object.values(await judged(rootMfa, {}))).toEqual(['unknown']);
  });
});

describe('cloud-audit-log', () => {
  const log = (isLogging: boolean, coversAllRegions: boolean) => ({ name: 'trail', isLogging, coversAllRegions });

  test.each([
    [{ a: log(true, true) }, 'pass'],
    [{ a: log(true, false), b: log(true, true) }, 'pass'],
    [{ a: log(true, false), b: log(false, true) }, 'fail'],
    [{}, 'fail'],
    [{ a: { name: 'trail', coversAllRegions: true } }, 'unknown'],
    [{ a: { name: 'trail', coversAllRegions: false } }, 'fail'],
  ])('%j: %s', async (logs, expected) => {
    expect(await judged(auditLogEverywhere, logs)).toEqual({ 'audit logs': expected });
  });

  test('one that suffices is enough, even of half a listing; that there is none takes a whole one', async () => {
    expect(await judged(auditLogEverywhere, { a: log(true, true) }, { complete: false })).toEqual({ 'audit logs': 'pass' });
    expect(await judged(auditLogEverywhere, { a: log(true, false) }, { complete: false })).toEqual({ 'audit logs': 'unknown' });
    expect(await judged(auditLogEverywhere, {}, { complete: false })).toEqual({ 'audit logs': 'unknown' });
  });
});

test('cloud-encryption-defaults names the regions that lack it', async () => {
  const regions = { one: { name: 'one', isEnabled: true }, two: { name: 'two', isEnabled: false } };
  expect(await judged(encryptionDefaults, regions)).toEqual({ two: 'fail' });
  expect(await judged(encryptionDefaults, { one: regions.one })).toEqual({ 'encryption defaults': 'pass' });
  expect(await judged(encryptionDefaults, {})).toEqual({ 'encryption defaults': 'unknown' });
});

describe('users', () => {
  test('a key may be ninety days old; no key is no old key', async () => {
    const users = {
      ann: { name: 'ann', keyCreatedAt: daysAgo(89) },
      bob: { name: 'bob', keyCreatedAt: daysAgo(91) },
      cleo: { name: 'cleo', keyCreatedAt: null },
      dan: { name: 'dan' },
    };
    expect(await judged(oldUserKeys, users)).toEqual({ bob: 'fail', dan: 'unknown' });
    expect(await judged(oldUserKeys, { ann: users.ann, cleo: users.cleo })).toEqual({ 'cloud users': 'pass' });
  });

  test('a second factor is asked of those who have a password', async () => {
    const users = {
      ann: { name: 'ann', hasPassword: true, hasMfa: true },
      bob: { name: 'bob', hasPassword: true, hasMfa: false },
      bot: { name: 'bot', hasPassword: false, hasMfa: false },
      dan: { name: 'dan', hasMfa: false },
    };
    expect(await judged(userMfa, users)).toEqual({ bob: 'fail', dan: 'unknown' });
    expect(await judged(userMfa, { ann: users.ann, bot: users.bot })).toEqual({ 'cloud users': 'pass' });
    expect(await judged(userMfa, { bot: users.bot })).toEqual({ 'cloud users': 'not-applicable' });
  });
});
