import { acceptedTool, toolParams, toolPolicy } from '../../../lib/contract/api/approvals.ts';
import { empty } from '../../../lib/contract/api/common.ts';
import { connectionParams } from '../../../lib/contract/api/connections.ts';
import { ApiError, route } from '../../../lib/runtime/http.ts';
import { store } from '../../../lib/runtime/resources.ts';
import { insertAuditEvent } from '../../../lib/store/audit.ts';
import { acceptTool, setToolPolicy } from '../../../lib/store/tool-policy.ts';
import { audit, found, noConnection } from './crud.ts';

export const policyRoutes = [
  route({
    method: 'PUT',
    path: '/connections/{connectionId}/policy',
    auth: 'bearer',
    summary: 'Says which tools may run unattended and which never; any other that does not only read waits for your approval.',
    params: connectionParams,
    body: toolPolicy,
    response: toolPolicy,
    handle: async ({ principal, params: { connectionId }, body, signal }) => {
      await (await store()).forUser(
        principal,
        async (tx) => {
          if (!(await setToolPolicy(tx, principal.userId, connectionId, body))) throw noConnection();
          await audit(principal, tx, 'connection.policy', connectionId);
        },
        { signal },
      );
      return { body };
    },
  }),
  route({
    method: 'POST',
    path: '/connections/{connectionId}/tools/{name}/accept',
    auth: 'bearer',
    summary: 'Accepts the one definition of a tool that has this hash; any other leaves the tool suspended.',
    params: toolParams,
    body: acceptedTool,
    response: empty,
    status: 204,
    handle: async ({ principal, params: { connectionId, name }, body: { sha256 }, signal }) => {
      await (await store()).forUser(
        principal,
        async (tx) => {
          await found(tx, principal, connectionId);
          if (!(await acceptTool(tx, principal.userId, connectionId, { name, sha256 })))
            throw new ApiError('NOT_FOUND', 'No such tool has been seen on this connection.');
          const detail = { tool: name, sha256 };
          const { userId } = principal;
          await insertAuditEvent(tx, { projectId: null, userId, action: 'tool.accept', target: connectionId, detail });
        },
        { signal },
      );
      return {};
    },
  }),
];
