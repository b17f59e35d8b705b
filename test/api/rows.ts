/** What the matrix knows of each route. A route without a row fails it. */
import { randomUUID } from 'node:crypto';
import type { World } from './world.ts';

export interface Row {
  /** A body that the route takes; `theirs` is the world whose ids it names. */
  readonly body?: (theirs: World) => unknown;
  /** Ids in the body that belong to somebody: with another's in their place the answer is 404. */
  readonly bodyIds?: readonly (keyof World)[];
  /** Changes something of a project: an auditor is refused. */
  readonly mutates?: true;
  /** What the owner is told instead of success, where a server of somebody else's would be needed for one. */
  readonly ownerGets?: number;
  /** Ids in the path that belong to nobody. */
  readonly publicIds?: readonly string[];
}

export const rows: Readonly<Record<string, Row>> = {
  'POST /ws-tickets': {},

  'GET /projects': {},
  'POST /projects': { body: () => ({ name: 'new' }) },
  'GET /projects/{projectId}': {},
  'PATCH /projects/{projectId}': { body: () => ({ name: 'renamed' }), mutates: true },
  'DELETE /projects/{projectId}': { mutates: true },
  'GET /projects/{projectId}/audit': {},
  'GET /projects/{projectId}/memory': {},
  'DELETE /projects/{projectId}/memory': { mutates: true },
  'GET /projects/{projectId}/members': {},
  'POST /projects/{projectId}/members': { body: () => ({ userId: randomUUID(), role: 'owner' }), mutates: true },
  'PATCH /projects/{projectId}/members/{userId}': { body: () => ({ role: 'owner' }), mutates: true },
  'DELETE /projects/{projectId}/members/{userId}': { mutates: true },

  'GET /connections': {},
  'POST /connections': { body: () => ({ name: `new ${randomUUID()}`, url: 'https://mcp.example.com/' }) },
  'GET /connections/{connectionId}': {},
  'PATCH /connections/{connectionId}': { body: () => ({ name: `renamed ${randomUUID()}` }) },
  'DELETE /connections/{connectionId}': {},
  'GET /server-catalogue': {},
  'POST /connections/{connectionId}/oauth': { body: () => ({ returnTo: 'http://127.0.0.1:7001/' }), ownerGets: 409 },
  'GET /oauth/callback': { ownerGets: 400 },
  'POST /oauth/callback': { body: () => ({ state: 'x'.repeat(43), code: 'c' }), ownerGets: 400 },
  'GET /oauth/client.json': {},
  'POST /connections/disconnect': {},
  'POST /connections/{connectionId}/disconnect': {},
  'POST /connections/{connectionId}/check': {},
  'GET /connections/{connectionId}/tools': {},
  'PUT /connections/{connectionId}/policy': { body: () => ({ allowed: ['write_file'], denied: [] }) },
  'POST /connections/{connectionId}/tools/{name}/accept': { body: () => ({ sha256: 'a'.repeat(64) }) },

  'GET /frameworks': {},
  'GET /frameworks/{frameworkId}': { publicIds: ['frameworkId'] },

  'GET /projects/{projectId}/runs': {},
  'POST /projects/{projectId}/runs': {
    body: ({ connectionId }) => ({ connectionIds: [connectionId] }),
    bodyIds: ['connectionId'],
    mutates: true,
  },
  'GET /runs/{runId}': {},
  'POST /runs/{runId}/cancel': { mutates: true },
  'GET /runs/{runId}/events': {},
  'GET /runs/{runId}/tool-calls': {},
  'GET /runs/{runId}/evidence/{evidenceId}': {},
  'GET /runs/{runId}/controls': {},
  'GET /runs/{runId}/findings': {},
  'POST /runs/{runId}/controls/{controlId}/decision': { body: () => ({ decision: 'accept', reason: 'seen' }), mutates: true },
  'PATCH /findings/{findingId}': { body: () => ({ status: 'accepted', reason: 'known' }), mutates: true },
  'GET /runs/{runId}/approvals': {},
  'POST /approvals/{approvalId}': { body: () => ({ decision: 'approve' }), mutates: true },
  'GET /runs/{runId}/report': {},
  'GET /runs/{runId}/bundle': {},

  'GET /health': {},
  'GET /openapi.json': {},
};
