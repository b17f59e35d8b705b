import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { assembleReport } from '../report/assemble.ts';
import { sampleRun } from '../report/testing.ts';
import { writeBundle, writeEntries } from './bundle.ts';
import { UnreadableBundle, UnsealableReport } from './errors.ts';
import type { Problem } from './problem.ts';
import { openBundle } from './read-bundle.ts';
import { sealReport } from './seal.ts';
import { ed25519, sealSample, tampered, tamperedJson } from './testing.ts';
import { verifyBundle } from './verify.ts';

const key = ed25519();
let zip: Buffer;
beforeAll(async () => {
  zip = await writeBundle(await sealSample(sampleRun(), key.sign));
});

const problemsOf = async (bundle: Uint8Array): Promise<readonly Problem[]> => (await verifyBundle(bundle)).problems;
const kindsOf = async (bundle: Uint8Array): Promise<string[]> => [...new Set((await problemsOf(bundle)).map(({ kind }) => kind))];

describe('a bundle as it was written', () => {
  test('verifies, with the signer proven by the key and unproven without', async () => {
    expect(await verifyBundle(zip)).toMatchObject({ ok: true, signer: 'unproven', problems: [] });
    expect(await verifyBundle(zip, { publicKeyPem: key.publicKeyPem })).toMatchObject({ ok: true, signer: 'verified' });
  });

  test('is the same, byte for byte, from the same run', async () => {
    expect((await writeBundle(await sealSample())).equals(await writeBundle(await sealSample()))).toBe(true);
  });

  test('looks at everything that it holds', async () => {
    const { checked, report } = await verifyBundle(zip);
    expect(checked).toMatchObject({ leaves: report?.seal.leaves, verdicts: 106, populations: 1, excerpts: 15 });
    expect(checked.blobs).toBe(checked.files - 2);
  });

  test('verifies when signed by an elliptic-curve key, as KMS signs', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const signer = async (bytes: Uint8Array) => ({
      signature: sign('sha256', bytes, privateKey).toString('base64'),
      keyId: 'kms',
    });
    const bundle = await writeBundle(await sealSample(sampleRun(), signer));
    const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(await verifyBundle(bundle, { publicKeyPem })).toMatchObject({ ok: true, signer: 'verified' });
  });
});

describe('the signer', () => {
  test('another key, or no signature, fails', async () => {
    const other = await verifyBundle(zip, { publicKeyPem: ed25519().publicKeyPem });
    expect(other).toMatchObject({ ok: false, signer: 'failed', problems: [{ kind: 'signature' }] });
    const unsigned = await writeBundle(await sealSample());
    expect(await verifyBundle(unsigned, { publicKeyPem: key.publicKeyPem })).toMatchObject({ ok: false, signer: 'failed' });
  });

  test('whoever seals changed content again is found by the key alone', async () => {
    const data = sampleRun();
    const report = assembleReport(data);
    const forged = { ...report, remediation: report.remediation.map((one) => ({ ...one, steps: ['Do nothing.'] })) };
    const bundle = await writeBundle(await sealReport({ ...data, report: forged, sign: ed25519().sign }));
    expect(await verifyBundle(bundle)).toMatchObject({ ok: true, signer: 'unproven' });
    expect(await verifyBundle(bundle, { publicKeyPem: key.publicKeyPem })).toMatchObject({ ok: false, signer: 'failed' });
  });

  test('a key that is no public key is bad usage, not a bad bundle', async () => {
    await expect(verifyBundle(zip, { publicKeyPem: 'nonsense' })).rejects.toThrow(UnreadableBundle);
  });
});

describe('tampering is named', () => {
  const ledgerRow = (index: number): string => `ledger.json row ${index} `;

  test('a changed report', async () => {
    const bundle = await tamperedJson(zip, 'report.json', (report) => {
      report.findings[0].severity = 'low';
    });
    expect(await problemsOf(bundle)).toContainEqual(expect.objectContaining({ kind: 'changed', where: 'report.json' }));
  });

  test('a changed ledger row', async () => {
    const bundle = await tamperedJson(zip, 'ledger.json', (rows) => {
      rows[3].attempt = 7;
    });
    const problems = await problemsOf(bundle);
    expect(problems).toEqual([expect.objectContaining({ kind: 'changed', where: expect.stringContaining(ledgerRow(3)) })]);
  });

  test('a deleted ledger row', async () => {
    const bundle = await tamperedJson(zip, 'ledger.json', (rows) => rows.splice(3, 1));
    expect(await problemsOf(bundle)).toContainEqual(
      expect.objectContaining({ kind: 'deleted', where: 'leaf 4', message: expect.stringContaining(ledgerRow(3)) }),
    );
  });

  test('an inserted ledger row', async () => {
    const bundle = await tamperedJson(zip, 'ledger.json', (rows) => rows.splice(2, 0, { ...rows[2], attempt: 9 }));
    expect(await problemsOf(bundle)).toContainEqual(
      expect.objectContaining({ kind: 'inserted', where: expect.stringContaining(ledgerRow(2)) }),
    );
  });

  test('rows in another order', async () => {
    const bundle = await tamperedJson(zip, 'ledger.json', (rows) => rows.splice(1, 2, rows[2], rows[1]));
    const moved = (await problemsOf(bundle)).filter(({ kind }) => kind === 'moved');
    expect(moved.map(({ where }) => where.slice(0, ledgerRow(1).length))).toEqual([ledgerRow(1), ledgerRow(2)]);
  });

  test('a field that the schema does not know', async () => {
    const bundle = await tamperedJson(zip, 'ledger.json', (rows) => {
      rows[0].note = 'added';
    });
    expect(await kindsOf(bundle)).toEqual(['changed']);
  });

  test('a changed blob, an absent one, and one that nothing cites', async () => {
    const blobIn = (entries: Map<string, Buffer>): string => [...entries.keys()].find((name) => name.startsWith('blobs/')) ?? '';
    const changed = await tampered(zip, (entries) => entries.set(blobIn(entries), Buffer.from('other')));
    expect(await problemsOf(changed)).toContainEqual(
      expect.objectContaining({ kind: 'changed', where: expect.stringMatching(/^blobs\//) }),
    );
    const absent = await tampered(zip, (entries) => new Map([...entries].filter(([name]) => name !== blobIn(entries))));
    expect(await kindsOf(absent)).toContain('missing');
    const bytes = Buffer.from('more');
    const name = `blobs/${createHash('sha256').update(bytes).digest('hex')}`;
    const added = await tampered(zip, (entries) => new Map([...entries, [name, bytes]]));
    expect(await problemsOf(added)).toContainEqual(expect.objectContaining({ kind: 'unlisted', where: name }));
  });

  test('a seal that was made to fit is contradicted by its root', async () => {
    const bundle = await tamperedJson(zip, 'report.json', (report) => {
      report.seal.leafHashes.pop();
      report.seal.leaves -= 1;
    });
    expect(await kindsOf(bundle)).toContain('seal');
  });

  test.each([
    ['README.txt', 'unlisted'],
    ['blobs/../../etc/passwd', 'refused-name'],
    ['/etc/passwd', 'refused-name'],
    ['blobs\\..\\x', 'refused-name'],
  ])('a file named %s', async (name, kind) => {
    // The writer refuses such names itself, so the name is put in afterwards, in both headers.
    const { entries } = await openBundle(zip);
    const placeholder = 'x'.repeat(name.length);
    const written = await writeEntries([...entries, [placeholder, Buffer.from('hello')]]);
    const bundle = Buffer.from(written.toString('latin1').replaceAll(placeholder, name), 'latin1');
    expect(await problemsOf(bundle)).toContainEqual(expect.objectContaining({ kind, where: JSON.stringify(name) }));
  });

  test('files in another order, or headers of another tool', async () => {
    expect(await kindsOf(await tampered(zip, (entries) => new Map([...entries].reverse())))).toEqual(['container']);
    expect(await kindsOf(Buffer.concat([zip, Buffer.from([0])]))).toContain('container');
  });

  test('any one-bit change, wherever it falls', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(zip.length * 8 - 1), async (bit) => {
        const copy = Buffer.from(zip);
        copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const { ok, problems } = await verifyBundle(copy);
        expect(ok).toBe(false);
        expect(problems.every(({ where, message }) => where !== '' && message !== '')).toBe(true);
      }),
      { numRuns: 150, seed: 20261123 },
    );
  });
});

describe('resealed lies are found by recomputing', () => {
  /** Seals what was forged, so that only the content can give it away. */
  async function forged(change: (report: ReturnType<typeof assembleReport>) => ReturnType<typeof assembleReport>) {
    const data = sampleRun();
    return writeBundle(await sealReport({ ...data, report: change(assembleReport(data)) }));
  }

  test('a better score', async () => {
    const bundle = await forged((report) => ({ ...report, score: report.score && { ...report.score, low: 50 } }));
    expect(await problemsOf(bundle)).toContainEqual(expect.objectContaining({ kind: 'figure', where: 'report.json /score' }));
  });

  test('a control that its checks do not satisfy', async () => {
    const bundle = await forged((report) => {
      const controls = report.controls.map((one) =>
        one.status === 'not-satisfied' ? { ...one, status: 'satisfied' as const } : one,
      );
      return { ...report, controls };
    });
    expect(await problemsOf(bundle)).toContainEqual(
      expect.objectContaining({ kind: 'figure', where: expect.stringContaining('GV.RR-02') }),
    );
  });

  test('a quote that the bytes do not hold, and a count that the listing does not give', async () => {
    const bundle = await forged((report) => ({
      ...report,
      evidence: report.evidence.map((item) =>
        item.kind === 'excerpt' ? { ...item, quote: `${item.quote} x` } : { ...item, count: 3 },
      ),
    }));
    expect(await kindsOf(bundle)).toEqual(expect.arrayContaining(['citation', 'population']));
  });

  test('a sentence without a claim', async () => {
    const bundle = await forged((report) => ({
      ...report,
      summary: { ...report.summary, text: `${report.summary.text} All is well.` },
    }));
    expect(await problemsOf(bundle)).toEqual([
      expect.objectContaining({
        kind: 'statement',
        where: expect.stringContaining('/summary'),
        message: expect.stringContaining('All is well.'),
      }),
    ]);
  });
});

describe('what is no bundle', () => {
  test('a missing file is bad usage', async () => {
    await expect(verifyBundle('/nowhere/bundle.zip')).rejects.toThrow(UnreadableBundle);
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('hello')],
  ])('%s', async (_, bytes) => {
    const problems = await problemsOf(bytes);
    expect(problems).toContainEqual(expect.objectContaining({ kind: 'container' }));
    expect(problems.filter(({ message }) => !/[^.]\.$/.test(message))).toEqual([]);
  });

  test('a zip bomb is refused without being inflated', async () => {
    const bomb = new ZipFile();
    bomb.addBuffer(Buffer.alloc(64 * 1024 * 1024), 'report.json', { compress: true });
    bomb.end();
    const before = process.memoryUsage().rss;
    const problems = await problemsOf(await buffer(bomb.outputStream));
    expect(problems).toContainEqual(
      expect.objectContaining({ kind: 'container', message: expect.stringContaining('compressed') }),
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(32 * 1024 * 1024);
  });

  test('an entry that claims to be stored but is larger than the archive is refused', async () => {
    const written = await writeEntries([['report.json', deflateRawSync(Buffer.alloc(1024))]]);
    const central = written.indexOf(Buffer.from('PK\u0001\u0002'));
    written.writeUInt32LE(0x7fffffff, central + 20);
    written.writeUInt32LE(0x7fffffff, central + 24);
    expect(await kindsOf(written)).toContain('container');
  });

  test('JSON that cannot be canonicalised or is not of the schema', async () => {
    const odd = await tampered(zip, (entries) => entries.set('report.json', Buffer.from('{"a":"\\ud800"}')));
    expect(await kindsOf(odd)).toContain('malformed');
    const other = await tampered(zip, (entries) => entries.set('report.json', Buffer.from('{"a":1}')));
    expect(await problemsOf(other)).toContainEqual(expect.objectContaining({ kind: 'malformed', where: 'report.json' }));
  });
});

test('a report that cites missing or altered bytes is not sealed', async () => {
  const data = sampleRun();
  const report = assembleReport(data);
  await expect(sealReport({ ...data, report, blobs: new Map() })).rejects.toThrow(UnsealableReport);
  const altered = new Map([...data.blobs].map(([hash]) => [hash, Buffer.from('other')]));
  await expect(sealReport({ ...data, report, blobs: altered })).rejects.toThrow(UnsealableReport);
});
