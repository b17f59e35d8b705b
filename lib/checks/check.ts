/**
 * What a deterministic check is. A check is pure: typed evidence in, observations out.
 * It reads no clock (`asOf` comes in), does no I/O, and says `unknown` rather than guess.
 */
import type { Severity } from '../contract/vocabulary.ts';
import type { AnswerBlock, Condition, RecordKind, SourceRecord } from '../domain/records.ts';

export type { RecordKind } from '../domain/records.ts';

export type CheckOutcome = 'pass' | 'fail' | 'not-applicable' | 'unknown';

/** Why a listed file has no text. `not-utf8`: the server replaced bytes, so what it returned is not what is stored. */
export type NotRead = 'binary' | 'too-large' | 'not-utf8' | 'unreadable' | 'budget';

export type FileContent =
  | { readonly kind: 'text'; readonly text: string; readonly toolCallId: string; readonly blobSha256: string }
  | { readonly kind: 'not-read'; readonly reason: NotRead; readonly detail: string };

/** `path` is relative to the root, '/'-separated, without a leading './'. `sizeBytes` is null where the listing has none. */
export interface RepositoryFile {
  readonly path: string;
  readonly sizeBytes: number | null;
  readonly content: FileContent;
}

/** The listing that makes up a population. `complete: false` turns every statement of absence into `unknown`. */
export interface Listing {
  readonly toolCallIds: readonly string[];
  readonly blobSha256s: readonly string[];
  readonly complete: boolean;
  readonly note: string | null;
}

export interface RepositoryFiles {
  readonly capability: 'repository-files';
  /** Sorted by path. */
  readonly files: readonly RepositoryFile[];
  readonly listing: Listing;
  /** ISO 8601 date-time of the assessment; the only clock a check has. */
  readonly asOf: string;
}

/** One commit as `git_log` returned it; `start`/`end` are its line's UTF-8 byte range in the blob. */
export interface Commit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly authorEmail: string;
  readonly committerEmail: string;
  readonly authoredAt: string;
  /** git's %G? letter: G good, U good with unknown validity, N none, B bad, E cannot be checked, X/Y/R expired or revoked. */
  readonly signature: string;
  readonly subject: string;
  readonly toolCallId: string;
  readonly blobSha256: string;
  readonly start: number;
  readonly end: number;
}

export interface GitHistory {
  readonly capability: 'git-history';
  /** Newest first, of the checked-out branch. */
  readonly commits: readonly Commit[];
  readonly tags: readonly {
    readonly name: string;
    readonly signed: boolean;
    readonly toolCallId: string;
    readonly blobSha256: string;
    readonly start: number;
    readonly end: number;
  }[];
  readonly listing: Listing;
  readonly asOf: string;
}

/** One record with the answer that it stands in; `text` is the whole blob, for quotes. */
export type CitedRecord<K extends RecordKind = RecordKind> = SourceRecord<K> & AnswerBlock;

/** All records of one kind that a source listed. */
export interface RecordSet<K extends RecordKind = RecordKind> {
  readonly kind: K;
  /** Whose readers read the listing (domain/readers): the verifier asks the same ones. */
  readonly family: string;
  readonly records: readonly CitedRecord<K>[];
  readonly listing: Listing;
  readonly asOf: string;
}

/** Capabilities whose evidence is records. */
export type RecordCapability = 'repository-settings' | 'alerts' | 'cloud-configuration' | 'issues' | 'documents' | 'errors';

/** What a source of settings or alerts showed: a set of each kind that it gave. Of a kind in neither, the source knows nothing. */
export interface SourceRecords {
  readonly capability: RecordCapability;
  readonly sets: { readonly [K in RecordKind]?: RecordSet<K> };
  /** Kinds that the source has but did not give, with the reason. */
  readonly unseen: { readonly [K in RecordKind]?: string };
  readonly asOf: string;
}

export type EvidenceOfSource = RepositoryFiles | GitHistory | SourceRecords;

/** Named predicates over a population; the verifier evaluates the same name again (domain/population.ts). */
export type Predicate =
  | { readonly name: 'any'; readonly args: Record<string, never> }
  /** Paths that match at least one glob (picomatch, dot: true, nocase: true). */
  | { readonly name: 'path-matches'; readonly args: { readonly globs: readonly string[] } }
  /** Commits whose signature letter is one of these. */
  | { readonly name: 'commit-signature-in'; readonly args: { readonly letters: string } }
  /** Commits with at least this many parents. */
  | { readonly name: 'commit-parents-at-least'; readonly args: { readonly parents: number } }
  /** Tags whose name matches at least one glob. */
  | { readonly name: 'tag-matches'; readonly args: { readonly globs: readonly string[] } }
  /** Records of a kind, as the family's readers read them, that meet every condition. */
  | {
      readonly name: 'records-where';
      readonly args: { readonly family: string; readonly kind: RecordKind; readonly where: readonly Condition[] };
    };

/** What an observation rests on. Offsets are UTF-8 bytes; an excerpt is at most 2 KiB. `count` is how many of the population satisfy the predicate. */
export type Citation =
  | {
      readonly kind: 'excerpt';
      readonly toolCallId: string;
      readonly blobSha256: string;
      readonly start: number;
      readonly end: number;
      readonly quote: string;
    }
  | { readonly kind: 'population'; readonly predicate: Predicate; readonly count: number; readonly statement: string };

/** One judgement on one resource (a path, `path#job`, a commit range, or `repository`). No citation, no verdict: pass and fail carry at least one. */
export interface Observation {
  readonly resource: string;
  readonly result: CheckOutcome;
  /** One plain sentence; names, numbers and paths in it must stand in its citations or be counts of the population. */
  readonly reason: string;
  readonly citations: readonly Citation[];
}

interface CheckBase {
  /** kebab-case, stable: findings are compared by it across runs. */
  readonly id: string;
  /** What should hold, as a short statement: "Actions are pinned by commit SHA". */
  readonly title: string;
  readonly severity: Severity;
  /** Why it matters and why it maps to these controls. */
  readonly rationale: string;
  /** What to do about a fail: imperative, concrete. `effort` in the report's scale. */
  readonly remediation: { readonly steps: readonly string[]; readonly effort: 'small' | 'medium' | 'large' };
  /** Control ids by framework id. */
  readonly controls: Readonly<Record<string, readonly string[]>>;
}

export interface RepositoryCheck extends CheckBase {
  readonly capability: 'repository-files';
  evaluate(input: RepositoryFiles): readonly Observation[] | Promise<readonly Observation[]>;
}

export interface HistoryCheck extends CheckBase {
  readonly capability: 'git-history';
  evaluate(input: GitHistory): readonly Observation[] | Promise<readonly Observation[]>;
}

/** Judges records of one kind. Where the source has the kind and did not give it, the check is `unknown` without being asked. */
export interface RecordCheck<K extends RecordKind = RecordKind> extends CheckBase {
  readonly capability: RecordCapability;
  readonly kind: K;
  evaluate(input: RecordSet<K>): readonly Observation[] | Promise<readonly Observation[]>;
}

/** A record check of any kind; a union, because `evaluate` takes just its own kind. */
export type AnyRecordCheck = { [K in RecordKind]: RecordCheck<K> }[RecordKind];

export type Check = RepositoryCheck | HistoryCheck | AnyRecordCheck;
export type Capability = Check['capability'];
