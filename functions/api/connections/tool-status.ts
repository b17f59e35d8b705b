import type { Principal } from '../../../lib/contract/principal.ts';
import { type ToolStatus, toolStatus } from '../../../lib/mcp/policy.ts';
import { profileById } from '../../../lib/mcp/profiles/index.ts';
import type { ToolDefinition } from '../../../lib/mcp/session.ts';
import { store } from '../../../lib/runtime/resources.ts';
import type { RunConnection } from '../../../lib/store/plan.ts';
import { getToolPolicy, pinTools } from '../../../lib/store/tool-policy.ts';
import { noConnection } from './crud.ts';

/** Tools as a person sees them. Those that nobody has seen before are pinned by being shown. @throws ApiError NOT_FOUND */
export async function withStatus(
  principal: Principal,
  { id, version, profile }: RunConnection,
  tools: readonly ToolDefinition[],
  signal: AbortSignal,
): Promise<(ToolDefinition & { readonly status: ToolStatus })[]> {
  const held = await (await store()).forUser(
    principal,
    async (tx) => {
      const before = await getToolPolicy(tx, id);
      if (before === null || tools.every(({ name }) => before.pins.has(name))) return before;
      await pinTools(tx, id, version, tools);
      return getToolPolicy(tx, id);
    },
    { signal },
  );
  if (held === null) throw noConnection();
  const { policy, pins } = held;
  const { readOnlyTools } = profileById(profile);
  return tools.map((tool) => ({ ...tool, status: toolStatus(tool, { policy, pins, readOnlyTools }) }));
}
