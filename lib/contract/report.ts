/** `report.json`, schema `assay.report/1` (published as JSON Schema). All offsets are UTF-8 bytes, all times ISO 8601 UTC. */
import * as z from 'zod';
import { basis, checkOutcome, controlStatus, effort, runMode, runOutcome, severity, sha256, uuid } from './vocabulary.ts';

const time = z.iso.datetime();
/** 0-100. */
const percent = z.number().min(0).max(100);

/** `start`/`end` are UTF-8 byte offsets into `text`. A claim rests on evidence or on the report's own figures. */
export const claim = z.union([
  z.object({ start: z.int(), end: z.int(), evidenceIds: z.array(uuid).min(1) }),
  z.object({ start: z.int(), end: z.int(), computed: z.array(z.string()).min(1) }),
]);
export const prose = z.object({ text: z.string(), origin: z.enum(['model', 'fallback', 'check']), claims: z.array(claim) });

const interval = { value: percent.nullable(), low: percent, high: percent };
export const score = z.object({
  value: percent,
  low: percent,
  high: percent,
  byCategory: z.array(z.object({ id: z.string(), title: z.string(), ...interval })),
});

const factValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const fact = z.string();
/** What a record must say (lib/domain/records.ts); times are ISO 8601. */
export const condition = z.union([
  z.object({ fact, is: z.enum(['equal', 'not-equal']), value: factValue }),
  z.object({ fact, is: z.literal('one-of'), values: z.array(z.string()) }),
  z.object({ fact, is: z.enum(['at-least', 'below']), value: z.number() }),
  z.object({ fact, is: z.literal('before'), value: z.string() }),
  z.object({ fact, is: z.literal('missing') }),
]);
export const predicate = z.union([
  z.object({ name: z.literal('any'), args: z.object({}) }),
  z.object({ name: z.literal('path-matches'), args: z.object({ globs: z.array(z.string()) }) }),
  z.object({ name: z.literal('commit-signature-in'), args: z.object({ letters: z.string() }) }),
  z.object({ name: z.literal('commit-parents-at-least'), args: z.object({ parents: z.int() }) }),
  z.object({ name: z.literal('tag-matches'), args: z.object({ globs: z.array(z.string()) }) }),
  z.object({
    name: z.literal('records-where'),
    args: z.object({ family: z.string(), kind: z.string(), where: z.array(condition) }),
  }),
]);

export const excerptEvidence = z.object({
  id: uuid,
  kind: z.literal('excerpt'),
  toolCallId: uuid,
  blobSha256: sha256,
  start: z.int().min(0),
  end: z.int().min(0),
  quote: z.string(),
  state: z.enum(['verified', 'repaired']),
  collectedAt: time,
});
export const populationEvidence = z.object({
  id: uuid,
  kind: z.literal('population'),
  toolCallIds: z.array(uuid),
  blobSha256s: z.array(sha256),
  predicate,
  count: z.int().min(0),
  statement: z.string(),
  collectedAt: time,
});
export const evidence = z.discriminatedUnion('kind', [excerptEvidence, populationEvidence]);

export const toolCall = z.object({
  id: uuid,
  server: z.object({ name: z.string(), version: z.string(), connectionId: uuid }),
  tool: z.string(),
  args: z.record(z.string(), z.json()),
  status: z.enum(['started', 'ok', 'error']),
  /** What the server or the transport said when the call failed. */
  error: z.string().nullable(),
  /** Can the same call be made again and be compared (pinned by commit or version), or did it see a moment? */
  reperformable: z.enum(['pinned', 'point-in-time']),
  startedAt: time,
  durationMs: z.int().nullable(),
  resultSha256: sha256.nullable(),
  /** `derivedFrom`: the index of the block that this file was taken out of (lib/domain/derived.ts), instead of one that the tool sent. */
  blobs: z.array(z.object({ index: z.int(), sha256, bytes: z.int(), truncated: z.boolean(), derivedFrom: z.int().optional() })),
});

/** One check on one source, after every citation was verified. Its verdict folds its observations: fail > unknown > pass > not-applicable. */
export const check = z.object({
  id: z.string(),
  title: z.string(),
  /** Why the rule matters, and why it speaks to its controls. */
  rationale: z.string(),
  source: z.string(),
  result: checkOutcome,
  reason: z.string(),
  counts: z.object({ pass: z.int(), fail: z.int(), unknown: z.int(), notApplicable: z.int() }),
  observations: z.array(z.object({ resource: z.string(), result: checkOutcome, reason: z.string(), evidenceIds: z.array(uuid) })),
});

export const control = z.object({
  id: z.string(),
  title: z.string(),
  /** Id of a category of the framework; `score.byCategory` names those that have an applicable control. */
  category: z.string(),
  categoryTitle: z.string(),
  /** 1, 3 or 5: how much the control counts in the score. */
  weight: z.union([z.literal(1), z.literal(3), z.literal(5)]),
  status: controlStatus,
  basis,
  reason: z.string(),
  findings: z.array(uuid),
  checks: z.array(z.object({ id: z.string(), source: z.string(), result: checkOutcome, reason: z.string() })),
  proposal: z.object({ status: controlStatus, reason: z.string(), evidenceIds: z.array(uuid) }).optional(),
  /** What a person decided about the proposal; the latest decision counts. */
  decision: z.object({ decision: z.enum(['accept', 'reject']), reason: z.string(), by: uuid, at: time }).optional(),
});

export const finding = z.object({
  id: uuid,
  controlIds: z.array(z.string()),
  status: z.literal('open'),
  severity,
  title: z.string(),
  description: prose,
  recommendation: z.string(),
  evidenceIds: z.array(uuid).min(1),
  origin: z.union([
    z.object({ kind: z.literal('check'), id: z.string() }),
    z.object({ kind: z.literal('model'), name: z.string() }),
  ]),
  firstSeenRunId: uuid,
});

export const remediation = z.object({
  id: uuid,
  findingIds: z.array(uuid).min(1),
  title: z.string(),
  steps: z.array(z.string()),
  effort,
  /** 1 is first. */
  priority: z.int().min(1),
});

export const seal = z.object({
  algorithm: z.literal('sha256-merkle'),
  root: sha256,
  leaves: z.int(),
  /** The leaf hashes in order, so that `verify` can name the leaf that was changed; the root is recomputed from them. */
  leafHashes: z.array(sha256),
  /** base64, over canonical JSON of { root, leaves, runId }. */
  signature: z.string().optional(),
  keyId: z.string().optional(),
});

/** Figures that sentences may point at; each is recomputed by `verify`. */
export const counts = z.object({
  findings: z.int(),
  critical: z.int(),
  high: z.int(),
  medium: z.int(),
  low: z.int(),
  checks: z.int(),
  checksPassed: z.int(),
  checksFailed: z.int(),
  checksUnknown: z.int(),
  checksNotApplicable: z.int(),
  controlsWithoutCheck: z.int(),
  toolCalls: z.int(),
  toolCallsFailed: z.int(),
  excerpts: z.int(),
  populations: z.int(),
  gaps: z.int(),
  degraded: z.int(),
  withheld: z.int(),
  /** Assessed controls among the applicable ones, in percent, rounded down. */
  coveragePercent: z.int(),
});

export const report = z.object({
  schema: z.literal('assay.report/1'),
  run: z.object({
    id: uuid,
    projectId: uuid,
    framework: z.object({ id: z.string(), version: z.string(), title: z.string() }),
    startedAt: time,
    endedAt: time,
    mode: runMode,
    model: z.string().optional(),
    outcome: runOutcome,
  }),
  score: score.nullable(),
  coverage: z.object({
    controls: z.int(),
    satisfied: z.int(),
    notSatisfied: z.int(),
    notAssessed: z.int(),
    notApplicable: z.int(),
  }),
  counts,
  summary: prose,
  sections: z.array(z.object({ id: z.string(), title: z.string(), prose })),
  controls: z.array(control),
  checks: z.array(check),
  findings: z.array(finding),
  remediation: z.array(remediation),
  evidence: z.array(evidence),
  toolCalls: z.array(toolCall),
  population: z.array(
    z.object({ source: z.string(), what: z.string(), count: z.int(), complete: z.boolean(), note: z.string().nullable() }),
  ),
  gaps: z.array(z.object({ source: z.string(), step: z.string(), reason: z.string(), controls: z.array(z.string()) })),
  degraded: z.array(z.object({ step: z.string(), reason: z.string() })),
  withheld: z.array(z.object({ claim: z.string(), reason: z.string() })),
  comparison: z
    .object({
      previousRunId: uuid,
      new: z.array(uuid),
      resolved: z.array(uuid),
      persisting: z.array(uuid),
      regressed: z.array(uuid),
    })
    .nullable(),
  seal,
});

export type Report = z.infer<typeof report>;
export type UnsealedReport = Omit<Report, 'seal'>;
/** What prose is written about: everything but the prose of sections and summary. */
export type ReportFacts = Omit<UnsealedReport, 'summary' | 'sections'>;
export type Prose = z.infer<typeof prose>;
export type Claim = z.infer<typeof claim>;
export type EvidenceItem = z.infer<typeof evidence>;
export type ReportToolCall = z.infer<typeof toolCall>;
export type ReportCheck = z.infer<typeof check>;
export type Counts = z.infer<typeof counts>;
export type Predicate = z.infer<typeof predicate>;
export type ReportControl = z.infer<typeof control>;
export type ReportFinding = z.infer<typeof finding>;
export type Remediation = z.infer<typeof remediation>;
export type Score = z.infer<typeof score>;
export type Seal = z.infer<typeof seal>;
