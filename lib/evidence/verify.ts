/** Checks a sealed bundle with nothing but the bundle, and the signer with nothing but a public key. */
import * as z from 'zod';
import { type Report, report as reportSchema } from '../contract/report.ts';
import { LEDGER, REPORT, writeEntries } from './bundle.ts';
import { canonicalJson } from './canonical.ts';
import { leavesOf } from './leaves.ts';
import { type LedgerRow, ledgerRow } from './ledger.ts';
import type { Problem } from './problem.ts';
import { type Opened, openBundle } from './read-bundle.ts';
import { blobProblems, evidenceProblems, ledgerProblems, statementProblems } from './verify-content.ts';
import { figureProblems } from './verify-figures.ts';
import { checkSigner, type Signer, sealProblems } from './verify-seal.ts';

export interface Verification {
  /** Nothing is wrong; who sealed it is `signer`. */
  readonly ok: boolean;
  readonly signer: Signer;
  readonly problems: readonly Problem[];
  /** Null when the report could not be read. */
  readonly report: Report | null;
  /** How many of each were looked at. */
  readonly checked: Readonly<Record<'files' | 'leaves' | 'blobs' | 'excerpts' | 'populations' | 'claims' | 'verdicts', number>>;
}

/** @throws UnreadableBundle when there is no such file, it is too large, or the key is no public key. Everything else is a problem. */
export async function verifyBundle(
  bundle: string | Uint8Array,
  { publicKeyPem }: { readonly publicKeyPem?: string | undefined } = {},
): Promise<Verification> {
  const opened = await openBundle(bundle);
  const problems = [...opened.problems];
  const report = parse(opened, REPORT, reportSchema, problems);
  const ledger = parse(opened, LEDGER, z.array(ledgerRow), problems);
  const blobs = blobsOf(opened);
  if (problems.length === 0) problems.push(...(await containerProblems(opened)));
  if (report === null || ledger === null) return verdict('unproven', problems, null, opened, blobs.size);
  problems.push(...blobProblems(report.value, blobs));
  const { seal, ...unsealed } = Object.assign({ seal: undefined }, report.raw);
  problems.push(
    ...sealProblems(
      leavesOf(unsealed, Array.isArray(ledger.raw) ? ledger.raw : [], [...blobs.keys()].sort(byHash)),
      report.value.seal,
    ),
  );
  const { signer, problems: unsigned } = checkSigner(report.value.seal, report.value.run.id, publicKeyPem);
  problems.push(...unsigned, ...contentProblems(report.value, ledger.value, blobs));
  return verdict(signer, problems, report.value, opened, blobs.size);
}

const contentProblems = (report: Report, ledger: readonly LedgerRow[], blobs: ReadonlyMap<string, Uint8Array>): Problem[] => [
  ...ledgerProblems(report, ledger),
  ...evidenceProblems(report, blobs),
  ...statementProblems(report, blobs),
  ...figureProblems(report),
];

function verdict(
  signer: Signer,
  problems: readonly Problem[],
  report: Report | null,
  opened: Opened,
  blobs: number,
): Verification {
  const kind = (name: string): number => report?.evidence.filter((item) => item.kind === name).length ?? 0;
  const texts =
    report === null
      ? []
      : [report.summary, ...report.sections.map(({ prose }) => prose), ...report.findings.map(({ description }) => description)];
  return {
    ok: problems.length === 0,
    signer,
    problems,
    report,
    checked: {
      files: opened.entries.size,
      leaves: report?.seal.leaves ?? 0,
      blobs,
      excerpts: kind('excerpt'),
      populations: kind('population'),
      claims: texts.reduce((sum, { claims }) => sum + claims.length, 0),
      verdicts: report?.controls.length ?? 0,
    },
  };
}

/** `raw` is what was sealed: a field that the schema does not know is sealed too. */
interface Parsed<T> {
  readonly value: T;
  readonly raw: unknown;
}

function parse<T>(opened: Opened, name: string, schema: z.ZodType<T>, problems: Problem[]): Parsed<T> | null {
  const bytes = opened.entries.get(name);
  const fail = (kind: Problem['kind'], message: string): null => {
    problems.push({ kind, where: name, message });
    return null;
  };
  if (bytes === undefined) return fail('missing', 'It is not in the bundle.');
  const raw = json(bytes.toString('utf8'));
  if (raw === undefined) return fail('malformed', 'It is not JSON.');
  if (!isCanonical(raw, bytes)) return fail('malformed', 'It is not in the canonical form in which it was written.');
  const parsed = schema.safeParse(raw);
  if (parsed.success) return { value: parsed.data, raw };
  const [issue] = parsed.error.issues;
  return fail('malformed', `It is not of its schema at /${issue?.path.join('/') ?? ''}: ${issue?.message ?? ''}.`);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What cannot be canonicalised (a lone surrogate) was not written by us either. */
function isCanonical(raw: unknown, bytes: Buffer): boolean {
  try {
    return Buffer.from(canonicalJson(raw)).equals(bytes);
  } catch {
    return false;
  }
}

const blobsOf = ({ entries }: Opened): ReadonlyMap<string, Uint8Array> =>
  new Map([...entries].flatMap(([name, bytes]) => (name.startsWith('blobs/') ? [[name.slice('blobs/'.length), bytes]] : [])));

/** Written again from its entries the archive must come out byte for byte: headers, times and order say nothing of their own. */
async function containerProblems({ bytes, entries }: Opened): Promise<Problem[]> {
  const names = [REPORT, LEDGER, ...[...entries.keys()].filter((name) => name.startsWith('blobs/')).sort(byHash)];
  const ordered = names.flatMap((name): [string, Uint8Array][] => {
    const content = entries.get(name);
    return content === undefined ? [] : [[name, content]];
  });
  if ((await writeEntries(ordered)).equals(bytes)) return [];
  const message = 'Its headers, order or padding are not as they were written: the archive was rewritten or altered.';
  return [{ kind: 'container', where: 'the archive', message }];
}

const byHash = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export type { Problem } from './problem.ts';
export type { Signer } from './verify-seal.ts';
