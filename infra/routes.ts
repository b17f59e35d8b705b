/** Which function answers which route. The functions declare the same routes with their schemas; a test compares the two. */
import type { ApiFunction, WebSocketFunction } from './functions.ts';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export interface HttpRoute {
  readonly method: HttpMethod;
  readonly path: `/${string}`;
  readonly function: ApiFunction;
}

const route = (method: HttpMethod, path: `/${string}`, target: ApiFunction): HttpRoute => ({ method, path, function: target });

export const httpRoutes: readonly HttpRoute[] = [
  route('POST', '/ws-tickets', 'api/ws-tickets'),

  route('GET', '/projects', 'api/projects'),
  route('POST', '/projects', 'api/projects'),
  route('GET', '/projects/{projectId}', 'api/projects'),
  route('PATCH', '/projects/{projectId}', 'api/projects'),
  route('DELETE', '/projects/{projectId}', 'api/projects'),
  route('GET', '/projects/{projectId}/audit', 'api/projects'),
  route('GET', '/projects/{projectId}/memory', 'api/projects'),
  route('DELETE', '/projects/{projectId}/memory', 'api/projects'),
  route('GET', '/projects/{projectId}/members', 'api/projects'),
  route('POST', '/projects/{projectId}/members', 'api/projects'),
  route('PATCH', '/projects/{projectId}/members/{userId}', 'api/projects'),
  route('DELETE', '/projects/{projectId}/members/{userId}', 'api/projects'),

  route('GET', '/connections', 'api/connections'),
  route('POST', '/connections', 'api/connections'),
  route('GET', '/connections/{connectionId}', 'api/connections'),
  route('PATCH', '/connections/{connectionId}', 'api/connections'),
  route('DELETE', '/connections/{connectionId}', 'api/connections'),
  route('GET', '/server-catalogue', 'api/connections'),
  route('POST', '/connections/{connectionId}/oauth', 'api/connections'),
  route('GET', '/oauth/callback', 'api/connections'),
  route('POST', '/oauth/callback', 'api/connections'),
  route('GET', '/oauth/client.json', 'api/connections'),
  route('POST', '/connections/disconnect', 'api/connections'),
  route('POST', '/connections/{connectionId}/disconnect', 'api/connections'),
  route('POST', '/connections/{connectionId}/check', 'api/connections'),
  route('GET', '/connections/{connectionId}/tools', 'api/connections'),
  route('PUT', '/connections/{connectionId}/policy', 'api/connections'),
  route('POST', '/connections/{connectionId}/tools/{name}/accept', 'api/connections'),

  route('GET', '/frameworks', 'api/frameworks'),
  route('GET', '/frameworks/{frameworkId}', 'api/frameworks'),

  route('GET', '/projects/{projectId}/runs', 'api/runs'),
  route('POST', '/projects/{projectId}/runs', 'api/runs'),
  route('GET', '/runs/{runId}', 'api/runs'),
  route('POST', '/runs/{runId}/cancel', 'api/runs'),
  route('GET', '/runs/{runId}/events', 'api/runs'),
  route('GET', '/runs/{runId}/tool-calls', 'api/runs'),
  route('GET', '/runs/{runId}/evidence/{evidenceId}', 'api/runs'),
  route('GET', '/runs/{runId}/controls', 'api/runs'),
  route('GET', '/runs/{runId}/findings', 'api/runs'),

  route('GET', '/runs/{runId}/approvals', 'api/approvals'),
  route('POST', '/approvals/{approvalId}', 'api/approvals'),
  route('POST', '/runs/{runId}/controls/{controlId}/decision', 'api/decisions'),
  route('PATCH', '/findings/{findingId}', 'api/findings'),

  route('GET', '/runs/{runId}/report', 'api/reports'),
  route('GET', '/runs/{runId}/bundle', 'api/reports'),

  route('GET', '/health', 'api/health'),
  route('GET', '/openapi.json', 'api/health'),
];

export const webSocketRoutes = {
  $connect: 'ws/connect',
  $disconnect: 'ws/disconnect',
  $default: 'ws/message',
} as const satisfies Record<string, WebSocketFunction>;
