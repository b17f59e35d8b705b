import canonicalize from 'canonicalize';
import { ToolNotAllowed } from './errors.ts';
import { offeredTools } from './offered.ts';
import { type CallRules, type Verdict, verdictOn } from './policy.ts';
import { sha256Hex } from './result.ts';
import type { Session, ToolDefinition } from './session.ts';

/** A session whose calls are judged before they leave, whoever makes them: a collector or a model. */
export interface PermittedSession extends Session {
  verdict(tool: string, args: Readonly<Record<string, unknown>>): Verdict;
  /** What a model may be offered; it may call nothing else. */
  readonly offered: readonly ToolDefinition[];
  /** Throws ToolNotAllowed unless the verdict is to call, and what the session throws. */
  callTool: Session['callTool'];
}

/** Of the canonical form (RFC 8785): the order of arguments is nothing that a person approves. */
export const argsSha256 = (args: Readonly<Record<string, unknown>>): string => sha256Hex(Buffer.from(canonicalize(args) ?? ''));

export function permitted(session: Session, rules: Omit<CallRules, 'tools'>, tools: readonly ToolDefinition[]): PermittedSession {
  const verdict: PermittedSession['verdict'] = (tool, args) => verdictOn(tool, argsSha256(args), { ...rules, tools });
  return {
    server: session.server,
    listTools: (signal, options) => session.listTools(signal, options),
    asked: () => session.asked(),
    close: () => session.close(),
    verdict,
    offered: offeredTools(tools, rules),
    async callTool(name, args, signal) {
      const judged = verdict(name, args);
      if (judged.kind === 'ask') throw new ToolNotAllowed(`${name} needs a person's approval`);
      if (judged.kind === 'refuse') throw new ToolNotAllowed(`${name} ${judged.reason}`);
      return session.callTool(name, args, signal);
    },
  };
}
