/** What the rest of the program sees of a connection to a server. */
import type { Principal } from '../contract/principal.ts';
import type { Elicitation } from '../contract/vocabulary.ts';
import type { ToolResult } from './result.ts';

export interface Target {
  readonly connectionId: string;
  /** What a person calls it; stands in messages. */
  readonly name: string;
  readonly url: string;
  /** Opened credentials as headers; never logged. */
  readonly headers: Readonly<Record<string, string>>;
  /** Headers in place of those that a 401 refused: OAuth's refresh. Absent where the credential is fixed. */
  readonly renew?: (refused: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<Readonly<Record<string, string>>>;
  /** Raised by every change of address or credentials. What is remembered of another version is worth nothing; absent: nothing is remembered. */
  readonly version?: number;
  /** Tools that change nothing, so that a call whose outcome is unknown may be made again: the profile's reading tools. */
  readonly repeatable?: readonly string[];
  /** What the server's questions get during a call, on its user's word; absent: `decline`. */
  readonly elicitation?: Elicitation;
  /** The run that connects: clients are shared within (user, connection, run). Absent for a person's own request. */
  readonly runId?: string;
}

/** Who connects. A run acts for its starter. */
export type Owner = Pick<Principal, 'userId'>;

/** A tool as the server defines it. Untrusted: annotations are hints, descriptions are data. */
export interface ToolDefinition {
  readonly name: string;
  /** The whole definition as canonical JSON text: what a person is shown and what is hashed. */
  readonly definition: string;
  /** SHA-256 of `definition`, lower-case hex. */
  readonly sha256: string;
}

export interface Session {
  /** As the server calls itself, without this connection's credentials and cut short. */
  readonly server: { readonly name: string; readonly version: string };
  /** As remembered, for ten minutes at most; `anew` asks the server. @throws SourceUnavailable */
  listTools(signal: AbortSignal, options?: { readonly anew: boolean }): Promise<readonly ToolDefinition[]>;
  /** @throws SourceUnavailable when the call did not come back whole; an error that the tool reports is a result. */
  callTool(name: string, args: Record<string, unknown>, signal: AbortSignal): Promise<ToolResult>;
  /** Sentences on what the server asked since this was last looked at, and what it was answered; without this connection's credentials. */
  asked(): readonly string[];
  /** Gives the client back; the server's session lives on for the next who connects. */
  close(): Promise<void>;
}
