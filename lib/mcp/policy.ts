/**
 * Which tool of a server may run, and on whose word. The user's lists and our profiles decide; a server's annotations are hints
 * and permit nothing. Names come from servers: they are only ever compared, never used as keys of an object.
 */
import type { ToolDefinition } from './session.ts';

/** A user's own word on a connection's tools, by name. */
export interface ToolPolicy {
  readonly allowed: readonly string[];
  readonly denied: readonly string[];
}

export interface ToolRules {
  readonly policy: ToolPolicy;
  /** What the connection's profile lists as reading. */
  readonly readOnlyTools: readonly string[];
  /** The hash of each tool's definition as it was first seen or last accepted, by name. */
  readonly pins: ReadonlyMap<string, string>;
}

export type ToolStatus = 'allowed' | 'read-only' | 'needs-approval' | 'denied' | 'suspended';

/** A tool without a pin is suspended too: nobody knows what it was. */
export function toolStatus({ name, sha256 }: Pick<ToolDefinition, 'name' | 'sha256'>, rules: ToolRules): ToolStatus {
  if (rules.policy.denied.includes(name)) return 'denied';
  if (rules.pins.get(name) !== sha256) return 'suspended';
  if (rules.policy.allowed.includes(name)) return 'allowed';
  return rules.readOnlyTools.includes(name) ? 'read-only' : 'needs-approval';
}

/** What a person was asked of one exact call, and what came of it. */
export interface DecidedCall {
  readonly tool: string;
  readonly argsSha256: string;
  /** Of the definition that the person was shown. */
  readonly definitionSha256: string;
  readonly status: 'pending' | 'approved' | 'rejected' | 'expired';
}

export interface CallRules extends ToolRules {
  /** As the server lists them now. */
  readonly tools: readonly Pick<ToolDefinition, 'name' | 'sha256'>[];
  readonly decided: readonly DecidedCall[];
  /** Null where a person may still be asked; otherwise why not. */
  readonly unasked: string | null;
}

export type Verdict =
  /** `repeatable`: it only reads, so that an attempt of unknown outcome may be made again. */
  | { readonly kind: 'call'; readonly repeatable: boolean }
  | { readonly kind: 'ask'; readonly definitionSha256: string }
  /** `reason` follows the tool's name: "was denied …". */
  | { readonly kind: 'refuse'; readonly reason: string };

const refuse = (reason: string): Verdict => ({ kind: 'refuse', reason });

/** On one exact call: the tool, and the hash of its canonical arguments. */
export function verdictOn(tool: string, argsSha256: string, rules: CallRules): Verdict {
  const listed = rules.tools.filter(({ name }) => name === tool);
  const [definition] = listed;
  if (definition === undefined) return refuse('is not among the tools that the server lists');
  // Two definitions of one name: nobody can say which of them would run.
  if (listed.length > 1) return refuse('is listed more than once by the server');
  switch (toolStatus(definition, rules)) {
    case 'denied':
      return refuse("is denied by the connection's policy");
    case 'suspended':
      return refuse('is suspended: its definition is not the one that was first seen or last accepted');
    case 'allowed':
    case 'read-only':
      return { kind: 'call', repeatable: rules.readOnlyTools.includes(tool) };
    case 'needs-approval':
      return decidedVerdict(tool, argsSha256, definition.sha256, rules);
  }
}

function decidedVerdict(tool: string, argsSha256: string, definitionSha256: string, { decided, unasked }: CallRules): Verdict {
  const found = decided.find((call) => call.tool === tool && call.argsSha256 === argsSha256);
  switch (found?.status) {
    case undefined:
      return unasked === null ? { kind: 'ask', definitionSha256 } : refuse(`needs a person's approval, and ${unasked}`);
    case 'approved':
      return found?.definitionSha256 === definitionSha256
        ? { kind: 'call', repeatable: false }
        : refuse('has another definition than the one that was approved');
    case 'rejected':
      return refuse('was rejected by the person who started the run');
    case 'pending':
    case 'expired':
      return refuse('was not approved in time by the person who started the run');
  }
}
