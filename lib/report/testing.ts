/** Runs as the database would give them, for tests: a whole one, and ways to take parts of it away. */
import { createHash } from 'node:crypto';
import type { EvidenceItem } from '../contract/report.ts';
import { nameUuid } from '../domain/name-uuid.ts';
import { countIn, populationOf } from '../domain/population.ts';
import { treeListings } from '../domain/testing.ts';
import { foldObservations } from '../domain/verdict.ts';
import { nistCsf20 } from '../frameworks/nist-csf-2.0/index.ts';
import type { CheckInfo, CheckResultRow, FindingRow, RunData, StepRow, ToolCallRow } from './run-data.ts';
import { type SampleObservation, shopChecks, shopFiles, shopObservations } from './sample-shop.ts';

const ROOT = '/data/acme-shop';
const id = (...parts: readonly string[]): string => nameUuid('sample', ...parts);
const at = (seconds: number): Date => new Date(Date.UTC(2026, 10, 23, 9, 0, seconds));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export interface Sample {
  readonly files?: Readonly<Record<string, string>>;
  readonly checks?: readonly CheckInfo[];
  readonly observations?: readonly SampleObservation[];
}

export const step = (name: string, item = '', given: Partial<StepRow> = {}): StepRow => ({
  name,
  item,
  attempt: 1,
  status: 'done',
  origin: 'task',
  error: null,
  reason: null,
  ...given,
});

export const repositoryTaskId = id('task', 'files');
export const historyTaskId = id('task', 'history');
export const runId = id('run');

/** The shop, assessed by checks: its files were seen completely, and its history could not be reached. */
export function sampleRun({ files = shopFiles, checks = shopChecks, observations = shopObservations }: Sample = {}): RunData {
  const blobs = new Map<string, Uint8Array>();
  const toolCalls: ToolCallRow[] = [];
  const call = (tool: string, path: string, text: string): ToolCallRow => {
    const bytes = Buffer.from(text);
    const hash = sha256(bytes);
    blobs.set(hash, bytes);
    const row: ToolCallRow = {
      id: id('call', tool, path),
      planTaskId: repositoryTaskId,
      connectionId: id('connection'),
      callKey: `${tool} ${JSON.stringify({ path })}`,
      serverName: 'secure-filesystem-server',
      serverVersion: '0.2.0',
      tool,
      args: { path },
      attempt: 1,
      startedAt: at(2 + toolCalls.length * 0.01),
      status: 'ok',
      error: null,
      durationMs: 3 + (toolCalls.length % 5),
      resultSha256: hash,
      blobs: [{ index: 0, sha256: hash, bytes: bytes.byteLength, truncated: false }],
    };
    toolCalls.push(row);
    return row;
  };
  const sizes = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, Buffer.byteLength(text)]));
  const listings = [...treeListings(ROOT, sizes)].map(([path, text]) => call('list_directory_with_sizes', path, text));
  const reads = new Map(Object.entries(files).map(([path, text]) => [path, call('read_text_file', `${ROOT}/${path}`, text)]));
  const evidence = new Map<string, EvidenceItem>();
  const cite = (item: EvidenceItem): string => {
    evidence.set(item.id, item);
    return item.id;
  };
  const excerpt = (path: string, quote: string): string => {
    const read = reads.get(path) ?? [...reads.values()].find((one) => files[relative(one)]?.includes(quote));
    const text = read === undefined ? '' : (files[relative(read)] ?? '');
    const start = Buffer.byteLength(text.slice(0, text.indexOf(quote)));
    const end = start + Buffer.byteLength(quote);
    const collectedAt = at(3).toISOString();
    const [blobSha256, toolCallId] = [read?.resultSha256 ?? '', read?.id ?? ''];
    return cite({
      id: id('evidence', path, quote),
      kind: 'excerpt',
      toolCallId,
      blobSha256,
      start,
      end,
      quote,
      state: 'verified',
      collectedAt,
    });
  };
  const population = populationOf(
    listings.map(({ tool, args, resultSha256 }) => ({
      tool,
      args,
      index: 0,
      bytes: blobs.get(resultSha256 ?? '') ?? Buffer.alloc(0),
      truncated: false,
    })),
  );
  const absent = (globs: readonly string[]): string => {
    const predicate = { name: 'path-matches' as const, args: { globs: [...globs] } };
    const counted = countIn(predicate, population);
    const count = counted.ok ? counted.count : 0;
    return cite({
      id: id('evidence', ...globs),
      kind: 'population',
      toolCallIds: listings.map((one) => one.id),
      blobSha256s: listings.map(({ resultSha256 }) => resultSha256 ?? ''),
      predicate,
      count,
      statement: `${count} of ${population.files?.length ?? 0} files match ${globs.join(', ')}`,
      collectedAt: at(2).toISOString(),
    });
  };
  const checkResults = [...Map.groupBy(observations, ([check]) => check)].map(([checkId, group]): CheckResultRow => {
    const rows = group.map(([, resource, result, reason, cites]) => ({
      resource,
      result,
      reason,
      evidenceIds: cites === null ? [] : [typeof cites === 'string' ? excerpt(resource, cites) : absent(cites)],
    }));
    const folded = foldObservations(rows) ?? { result: 'unknown', reason: '' };
    return { planTaskId: repositoryTaskId, checkId, ...folded, observations: rows };
  });
  const task = (taskId: string, position: number, source: string, capability: CheckInfo['capability']) => {
    const controlIds = checks.filter((one) => one.capability === capability).flatMap((one) => one.controls[nistCsf20.id] ?? []);
    return { id: taskId, position, source, connectionId: id('connection'), capability, controlIds: [...new Set(controlIds)] };
  };
  const history = task(historyTaskId, 1, 'acme-shop history', 'git-history');
  const lost = 'The server closed the connection before it answered (ECONNRESET).';
  return {
    run: {
      id: runId,
      projectId: id('project'),
      mode: 'checks',
      model: null,
      createdAt: at(0),
      startedAt: at(1),
      endedAt: null,
      cancelRequestedAt: null,
    },
    framework: nistCsf20,
    checks,
    planTasks: [task(repositoryTaskId, 0, 'acme-shop files', 'repository-files'), history],
    steps: [
      step('plan'),
      step('extract', repositoryTaskId),
      step('extract', historyTaskId, { origin: 'fallback', reason: lost, attempt: 3 }),
      ...nistCsf20.groups.map((group) => step('assess', group.id)),
      ...['scope-and-method', 'strengths', 'weaknesses', 'blind-spots'].map((one) => step('section', one)),
      step('remediate'),
      step('summarise'),
      step('finalise', '', { status: 'running' }),
    ],
    toolCalls,
    checkResults,
    populations: [{ planTaskId: repositoryTaskId, what: 'files', count: Object.keys(files).length, complete: true, note: null }],
    gaps: [{ step: 'extract', item: historyTaskId, source: history.source, reason: lost, controlIds: history.controlIds }],
    controlResults: [],
    decisions: [],
    findings: [],
    evidence: [...evidence.values()],
    sections: [],
    withheld: [],
    remediation: null,
    blobs,
    previous: null,
    asOf: at(14),
  };
}

/** A finding of a model on the sample's Dockerfile, with one grounded sentence. */
export function modelFinding(run: RunData): FindingRow {
  const evidence = run.evidence.find((item) => item.kind === 'excerpt' && item.quote.startsWith('FROM node'));
  const text = 'The image node:20-alpine is old.';
  return {
    id: '22222222-2222-4222-8222-222222222222',
    checkId: null,
    planTaskId: null,
    controlIds: ['ID.AM-08'],
    severity: 'medium',
    title: 'The image is old',
    description: { text, origin: 'model', claims: [{ start: 0, end: text.length, evidenceIds: [evidence?.id ?? ''] }] },
    recommendation: 'Use a newer image.',
    evidenceIds: [evidence?.id ?? ''],
    origin: { kind: 'model', name: 'm' },
    firstSeenRunId: run.run.id,
  };
}

const relative = ({ args }: ToolCallRow): string => String(args['path']).slice(ROOT.length + 1);
