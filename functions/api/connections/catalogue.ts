import { checksPerCapability } from '../../../lib/checks/counts.ts';
import { serverCatalogue } from '../../../lib/contract/api/catalogue.ts';
import { profiles } from '../../../lib/mcp/profiles/index.ts';
import type { Profile } from '../../../lib/mcp/profiles/profile.ts';
import { route } from '../../../lib/runtime/http.ts';

export const catalogueRoutes = [
  route({
    method: 'GET',
    path: '/server-catalogue',
    auth: 'bearer',
    summary: 'The kinds of servers that are known: how to connect each, what it asks for, and what checks read of it.',
    response: serverCatalogue,
    handle: async () => ({ body: { items: profiles.map(entryOf), nextCursor: null } }),
  }),
];

const entryOf = (profile: Profile) => ({
  ...profile,
  auth: [...profile.auth],
  scope: profile.scope.map((field) => ({ ...field, pattern: field.pattern.source })),
  capabilities: profile.capabilities.map((id) => ({ id, checks: checksPerCapability[id] })),
  readOnlyTools: [...profile.readOnlyTools],
});
