// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are source code
import { describe, expect, test } from 'vitest';
import type { RepositoryCheck } from '../check.ts';
import { judge } from '../testing.ts';
import { exposure } from './exposure.ts';
import { injection } from './injection.ts';
import { tlsVerification } from './tls-verification.ts';
import { weakCryptography } from './weak-cryptography.ts';

/** The result for the file, or for the whole where nothing in the file is a subject. */
const outcome = async (check: RepositoryCheck, text: string, path = 'src/a.ts') => {
  const { results } = await judge(check, { [path]: text });
  return results[path] ?? `repository ${results['repository']}`;
};
const nothing = 'repository pass';

describe('code-tls-verification', () => {
  test.each([
    ['const agent = new https.Agent({ rejectUnauthorized: false });', 'fail'],
    ['const agent = new https.Agent({ "rejectUnauthorized": 0 });', 'fail'],
    ["process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';", 'fail'],
    ["process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = 0;", 'fail'],
    ['options.rejectUnauthorized = false;', 'fail'],
    ['tls.connect({ checkServerIdentity: () => undefined });', 'fail'],
    ['tls.connect({ checkServerIdentity() {} });', 'fail'],
    ['const agent = new https.Agent({ rejectUnauthorized: true });', 'pass'],
    ["const agent = new https.Agent({ rejectUnauthorized: config.get('strict') });", nothing],
    ["if (process.env.NODE_ENV !== 'production') agent.options.rejectUnauthorized = false;", 'unknown'],
    ['// rejectUnauthorized: false\nconst help = "set rejectUnauthorized: false";', nothing],
    ['tls.connect({ checkServerIdentity: (host, cert) => verify(host, cert) });', nothing],
    ['const a: T = <any>{ rejectUnauthorized: false } satisfies X;', 'fail'],
  ])('%s is %s', async (text, expected) => {
    expect(await outcome(tlsVerification, text)).toBe(expected);
  });

  test('sees what starts the program', async () => {
    const files = {
      Dockerfile: 'FROM node:24\n# ENV NODE_TLS_REJECT_UNAUTHORIZED=0\n',
      'deploy/api.yaml': 'env:\n  - name: NODE_TLS_REJECT_UNAUTHORIZED\n    value: "0"\n',
      'package.json': '{"scripts": {"start": "NODE_TLS_REJECT_UNAUTHORIZED=0 node ."}}',
    };
    expect((await judge(tlsVerification, files)).results).toEqual({ 'deploy/api.yaml': 'fail', 'package.json': 'fail' });
  });
});

describe('code-weak-cryptography', () => {
  test.each([
    ["const hashPassword = (p) => createHash('md5').update(p).digest('hex');", 'fail'],
    ["function sign(body) { return crypto.createHash('sha1').update(body + secret).digest('hex'); }", 'fail'],
    ["const etag = createHash('md5').update(body).digest('hex');", 'pass'],
    ["class Store { cacheKey(x) { return createHash('sha1').update(x).digest('hex'); } }", 'pass'],
    ["const h = createHash('sha1').update(x).digest('hex');", 'unknown'],
    ["const h = createHash('sha256').update(password).digest('hex');", 'pass'],
    ["const c = createCipheriv('des-ede3-cbc', key, iv);", 'fail'],
    ["const c = createCipheriv('aes-128-ecb', key, null);", 'fail'],
    ["const c = createCipheriv('aes-256-gcm', key, iv);", 'pass'],
    ["const c = createCipher('aes192', 'secret');", 'fail'],
    ["const m = createHmac('md5', key);", 'fail'],
    ["const m = createHmac('sha256', key);", nothing],
    ['const e = CryptoJS.AES.encrypt(x, k, { mode: CryptoJS.mode.ECB });', 'fail'],
    ["import md5 from 'md5';\nuser.passwordHash = md5(input);", 'fail'],
    ["import md5 from 'md5';\nconst avatar = `https://gravatar/${md5(email)}`;", 'pass'],
    ["await crypto.subtle.digest('SHA-1', passwordBytes)", 'fail'],
  ])('%s is %s', async (text, expected) => {
    expect(await outcome(weakCryptography, text)).toBe(expected);
  });
});

describe('code-injection', () => {
  test.each([
    ['eval(input);', 'fail'],
    ["eval('1 + 1');", nothing],
    ["const f = new Function('a', body);", 'fail'],
    ["Function('return this')();", nothing],
    ["setTimeout('run(' + id + ')', 5);", 'fail'],
    ['setTimeout(() => eval2(x), 5);', nothing],
    ['db.query(`SELECT * FROM orders WHERE id = ${id}`);', 'fail'],
    ["db.query('SELECT * FROM orders WHERE id = ' + req.params.id);", 'fail'],
    ["db.query('SELECT * FROM orders WHERE id = $1', [id]);", 'pass'],
    ['db.query({ text: `DELETE FROM carts WHERE user_id = ${user.id}` });', 'fail'],
    [`db.query('SELECT a, ' + 'b, ' + 'c, ' + 'd, ' + 'e, ' + 'f ' + 'FROM t ' + 'WHERE a = $1', [a]);`, 'pass'],
    [`db.query('SELECT a, ' + 'b, ' + 'c, ' + 'd, ' + 'e, ' + 'f ' + 'FROM t ' + 'WHERE a = ' + a);`, 'fail'],
    ['const sql = `UPDATE users SET name = ${name}`;\nawait client.execute(sql);', 'fail'],
    ["let sql = 'SELECT * FROM a';\nif (q) sql += ` WHERE b = '${q}'`;\ndb.all(sql);", 'fail'],
    ['const TABLE = "orders";\ndb.query(`SELECT * FROM ${TABLE} WHERE id = $1`, [id]);', 'pass'],
    [
      "const marks = ids.map((_, i) => `$${i + 1}`).join(', ');\ndb.query(`SELECT * FROM a WHERE id IN (${marks})`, ids);",
      'pass',
    ],
    ['db.query(`SELECT * FROM ${tableName} WHERE id = $1`, [id]);', 'unknown'],
    ['db.query(`SELECT * FROM ${client.escapeIdentifier(name)}`, []);', 'pass'],
    ["db.query(`SELECT set_config('app.user', '${user}', true)`);", 'fail'],
    ['const lock = 42;\ndb.query(`SELECT pg_advisory_lock(${lock})`);', nothing],
    ['db.query(sql`SELECT * FROM a WHERE id = ${id}`);', nothing],
    ['prisma.$queryRawUnsafe(`SELECT * FROM "User" WHERE email = \'${email}\'`);', 'fail'],
    ['prisma.$queryRaw`SELECT * FROM "User" WHERE email = ${email}`;', nothing],
    ['knex("a").whereRaw(`b = ${b}`);', 'fail'],
    ['log.info(`select a file from ${dir}`);', nothing],
    ['search.query(`update on ${topic}`);', nothing],
  ])('%s is %s', async (text, expected) => {
    expect(await outcome(injection, text)).toBe(expected);
  });

  test('cites the statement, not only the call', async () => {
    const text = 'const sql = `SELECT * FROM users WHERE name = ${name}`;\n\nclient.query(sql);\n';
    expect((await judge(injection, { 'src/a.js': text })).quotes('src/a.js')).toContain('WHERE name');
  });
});

describe('code-cors-debug', () => {
  test.each([
    ["app.use(cors({ origin: '*', credentials: true }));", 'fail'],
    ['app.use(cors({ origin: true, credentials: true }));', 'fail'],
    ['app.use(cors({ origin: (origin, cb) => cb(null, true), credentials: true }));', 'fail'],
    ["const corsOptions = { origin: ['*'], credentials: true };", 'fail'],
    ["app.use(cors({ origin: ['https://shop.example'], credentials: true }));", 'pass'],
    ["app.use(cors({ origin: '*' }));", nothing],
    ['app.use(cors({ origin: (o, cb) => cb(null, list.includes(o)), credentials: true }));', 'pass'],
    [
      "function h(req, res) { res.setHeader('Access-Control-Allow-Origin', req.headers.origin); res.setHeader('Access-Control-Allow-Credentials', 'true'); }",
      'fail',
    ],
    [
      "function h(req, res) { if (ok(req)) { res.setHeader('Access-Control-Allow-Origin', req.headers.origin); } res.setHeader('Access-Control-Allow-Credentials', 'true'); }",
      nothing,
    ],
    ["const headers = { 'Access-Control-Allow-Origin': '*' };", nothing],
    ["const headers = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Credentials': 'true' };", 'fail'],
  ])('%s is %s', async (text, expected) => {
    expect(await outcome(exposure, text)).toBe(expected);
  });

  test('development mode counts in the last stage of a Dockerfile only', async () => {
    const text = 'FROM node:24 AS dev\nENV NODE_ENV=development\nFROM node:24\nENV NODE_ENV production\n';
    expect((await judge(exposure, { Dockerfile: text, 'a.js': '' })).results).toEqual({ repository: 'pass' });
    expect((await judge(exposure, { Dockerfile: `${text}ENV NODE_ENV=development\n` })).results).toEqual({ Dockerfile: 'fail' });
  });
});

describe('what counts as code', () => {
  const bad = 'eval(x)';
  test('tests, fixtures, examples and vendored code do not', async () => {
    const paths = [
      'test/a.js',
      'src/a.test.ts',
      'src/__tests__/a.ts',
      'examples/a.js',
      'vendor/a.js',
      'dist/a.js',
      'src/a.spec.tsx',
    ];
    expect((await judge(injection, Object.fromEntries(paths.map((path) => [path, bad])))).results).toEqual({
      repository: 'not-applicable',
    });
    expect((await judge(injection, { 'src/contest.ts': bad })).results).toEqual({ 'src/contest.ts': 'fail' });
  });

  test('a file that does not parse is unknown where it may hold a subject', async () => {
    const { results } = await judge(injection, { 'a.ts': 'eval(x', 'b.ts': 'let = = 1' });
    expect(results).toEqual({ 'a.ts': 'unknown', repository: 'pass' });
  });

  test('what was not read or is in another language leaves the whole open', async () => {
    expect((await judge(injection, { 'a.ts': '1' }, { notRead: { 'b.ts': 'too-large' } })).results).toEqual({
      repository: 'unknown',
    });
    expect((await judge(injection, { 'a.ts': '1', 'main.go': 'package main' })).results).toEqual({ repository: 'unknown' });
    expect((await judge(injection, { 'a.ts': '1' }, { complete: false })).results).toEqual({ repository: 'unknown' });
    expect((await judge(injection, { 'README.md': '' })).results).toEqual({ repository: 'not-applicable' });
  });

  test('a chain of thousands of additions is read', async () => {
    const chain = "'a' + ".repeat(1500);
    const { results } = await judge(injection, { 'a.ts': `db.query('SELECT b FROM c' + ${chain}x);` });
    expect(results).toEqual({ 'a.ts': 'fail' });
  });
});
