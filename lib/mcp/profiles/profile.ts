import type { Capability } from '../../checks/check.ts';

export interface ScopeField {
  /** A key of a connection's scope: `repository`. */
  readonly name: string;
  readonly title: string;
  readonly example: string;
  readonly pattern: RegExp;
  readonly required: boolean;
}

/** What is known of a well-known server; a check asks for a capability, never for a server. */
export interface Profile {
  /** kebab-case, stable: connections and plans name it. */
  readonly id: string;
  readonly title: string;
  readonly category: 'code' | 'cloud' | 'issues' | 'documents' | 'monitoring' | 'chat' | 'generic';
  /** Where the vendor runs it; null where every team runs its own. */
  readonly endpoint: string | null;
  /** Ways to authenticate, the best first. */
  readonly auth: readonly ('oauth' | 'bearer' | 'headers' | 'none')[];
  /** How a person gets the credential and which rights it needs, in a sentence or two. */
  readonly credentials: string;
  /** What a person must say to narrow the server to what is assessed. */
  readonly scope: readonly ScopeField[];
  /** Where the tools' names, schemas and result shapes were read, and on which day (YYYY-MM-DD). */
  readonly source: { readonly what: string; readonly on: string };
  readonly capabilities: readonly Capability[];
  /** Tools that may run unattended. Annotations of the server itself are hints, not permission. */
  readonly readOnlyTools: readonly string[];
}
