import * as z from 'zod';
import { type ToolRules, toolStatus } from './policy.ts';
import type { ToolDefinition } from './session.ts';

const readOnlyHint = z.object({ annotations: z.object({ readOnlyHint: z.literal(true) }) });

/**
 * The tools that a model may be offered: what the connection's profile lists as reading, and what its user allowed and its server
 * calls read-only. Two words are asked for there, because what a model calls may follow from what a tool returned. Of two tools with one name, none.
 */
export function offeredTools(tools: readonly ToolDefinition[], rules: ToolRules): ToolDefinition[] {
  const times = Map.groupBy(tools, ({ name }) => name);
  return tools.filter((tool) => {
    const status = toolStatus(tool, rules);
    if (times.get(tool.name)?.length !== 1) return false;
    return status === 'read-only' || (status === 'allowed' && isReadOnly(tool.definition));
  });
}

function isReadOnly(definition: string): boolean {
  try {
    return readOnlyHint.safeParse(JSON.parse(definition)).success;
  } catch {
    return false;
  }
}
