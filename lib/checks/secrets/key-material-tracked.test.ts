import { describe, expect, test } from 'vitest';
import type { CheckOutcome } from '../check.ts';
import { judge } from '../testing.ts';
import { keyMaterialTracked as check } from './key-material-tracked.ts';

const begin = (what: string): string => `-----BEGIN ${what}-----\nMIIB\n-----END ${what}-----\n`;

describe('key-material-tracked', () => {
  test.each<[string, string, CheckOutcome]>([
    ['deploy/tls.key', begin('PRIVATE KEY'), 'fail'],
    ['id_ed25519', begin('OPENSSH PRIVATE KEY'), 'fail'],
    ['a.pem', `${begin('CERTIFICATE')}${begin('EC PRIVATE KEY')}`, 'fail'],
    ['config/master.key', '0123456789abcdef0123456789abcdef\n', 'fail'],
    ['ca.pem', begin('CERTIFICATE'), 'pass'],
    ['jwt.pem', begin('PUBLIC KEY'), 'pass'],
    ['notes.key', 'several words of something\n', 'unknown'],
    ['truststore.jks', 'x', 'unknown'],
    ['.env', 'PORT=3000\nDB_PASSWORD=Winter-2019\n', 'fail'],
    ['config/production.env', 'export STRIPE_SECRET_KEY="abcd-efgh"\n', 'fail'],
    ['.env.production', 'DATABASE_URL=postgres://shop:Winter-2019@db.acme.example/shop\n', 'fail'],
    ['.env.development', 'PORT=3000\nDATABASE_URL=postgres://postgres:postgres@localhost/shop\nDEBUG=1\n', 'pass'],
    ['.env', 'DB_PASSWORD=\nAPI_KEY=changeme\nJWT_SECRET=<secret>\nTOKEN=$(cat /run/token)\n', 'pass'],
    [
      '.env',
      'VITE_API_KEY=abcdefgh\nSTRIPE_PUBLISHABLE_KEY=pk_abcdefgh\nPASSWORD_MIN_LENGTH=12\nTOKEN_URL=https://id.acme.example/token\n',
      'pass',
    ],
    ['.env', 'API_KEY=ENC[AES256_GCM,data:abc]\n', 'pass'],
    ['.env', '# nothing yet\n', 'not-applicable'],
  ])('%s with %j', async (path, text, expected) => {
    expect((await judge(check, { [path]: text })).results).toEqual({ [path]: expected });
  });

  test.each(['.env.example', 'api/.env.sample', 'prod.env.template', 'src/.env.d.ts', 'test/fixtures/server.key'])(
    'leaves %s out',
    async (path) => {
      const judged = await judge(check, { [path]: 'DB_PASSWORD=Winter-2019\n' });
      expect(judged.results).toEqual({ repository: 'pass' });
    },
  );

  test('quotes keys and headers only', async () => {
    const judged = await judge(check, {
      '.env': 'DB_PASSWORD=Winter-2019\n',
      'a.key': begin('RSA PRIVATE KEY'),
      'master.key': 'abcdef0123456789abcdef',
    });
    expect(judged.quotes('.env')).toBe('DB_PASSWORD');
    expect(judged.quotes('a.key')).toBe('-----BEGIN RSA PRIVATE KEY-----');
    expect(JSON.stringify(judged.observations)).not.toMatch(/Winter-2019|MIIB|abcdef0123/);
  });

  test('a presentation that ends in .key is no key', async () => {
    expect((await judge(check, {}, { notRead: { 'talk.key': 'binary' } })).results).toEqual({ 'talk.key': 'not-applicable' });
  });

  test('does not state absence of an incomplete listing', async () => {
    expect((await judge(check, { 'a.txt': '' }, { complete: false })).results).toEqual({ repository: 'unknown' });
  });
});
