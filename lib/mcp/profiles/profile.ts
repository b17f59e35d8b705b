import type { Capability } from '../../checks/check.ts';

/** What is known of a well-known server; a check asks for a capability, never for a server. */
export interface Profile {
  readonly id: string;
  readonly title: string;
  readonly category: 'code' | 'generic';
  readonly capabilities: readonly Capability[];
  /** Tools that may run unattended. Annotations of the server itself are hints, not permission. */
  readonly readOnlyTools: readonly string[];
}
