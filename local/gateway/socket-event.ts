import { commonLogTime, joinQuery, splitTarget } from './http-event.ts';

export interface SocketIdentity {
  readonly connectionId: string;
  readonly connectedAt: number;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly domainName: string;
}

interface Moment {
  readonly requestId: string;
  readonly now: Date;
}

type SocketRoute = {
  readonly routeKey: '$connect' | '$disconnect' | '$default';
  readonly eventType: 'CONNECT' | 'DISCONNECT' | 'MESSAGE';
};

function context(identity: SocketIdentity, route: SocketRoute, { requestId, now }: Moment) {
  return {
    ...route,
    messageDirection: 'IN',
    extendedRequestId: requestId,
    requestId,
    requestTime: commonLogTime(now),
    requestTimeEpoch: now.getTime(),
    stage: 'local',
    connectedAt: identity.connectedAt,
    identity: { sourceIp: identity.sourceIp, userAgent: identity.userAgent },
    domainName: identity.domainName,
    connectionId: identity.connectionId,
    apiId: 'local',
  };
}

/** The event of $connect: the only one that carries headers and query of the handshake. Header names keep their case. */
export function connectEvent(identity: SocketIdentity, target: string, rawHeaders: readonly string[], moment: Moment) {
  const { query } = splitTarget(target);
  const parameters = joinQuery(query);
  const headers = pairs(rawHeaders);
  return {
    headers: Object.fromEntries(headers),
    multiValueHeaders: grouped(headers),
    ...(query === ''
      ? {}
      : { queryStringParameters: parameters, multiValueQueryStringParameters: grouped([...new URLSearchParams(query)]) }),
    requestContext: context(identity, { routeKey: '$connect', eventType: 'CONNECT' }, moment),
    isBase64Encoded: false,
  };
}

export function messageEvent(identity: SocketIdentity, body: string, moment: Moment) {
  const messageId = `m${moment.requestId}`;
  return {
    requestContext: { ...context(identity, { routeKey: '$default', eventType: 'MESSAGE' }, moment), messageId },
    body,
    isBase64Encoded: false,
  };
}

export function disconnectEvent(identity: SocketIdentity, code: number, reason: string, moment: Moment) {
  // Nothing of the handshake is in these, and three of them are always empty; API Gateway sends them all the same.
  const headers = Object.entries({ Host: identity.domainName, 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' });
  return {
    headers: Object.fromEntries(headers),
    multiValueHeaders: grouped(headers),
    requestContext: {
      ...context(identity, { routeKey: '$disconnect', eventType: 'DISCONNECT' }, moment),
      disconnectStatusCode: code,
      disconnectReason: reason,
    },
    isBase64Encoded: false,
  };
}

/** WebSocket events keep header names as sent; the last value of a repeated one wins, all are in multiValueHeaders. */
const pairs = (rawHeaders: readonly string[]): [string, string][] =>
  rawHeaders.flatMap((name, index): [string, string][] => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : []));

function grouped(entries: readonly (readonly [string, string])[]): Record<string, string[]> {
  const groups = Map.groupBy(entries, ([name]) => name);
  return Object.fromEntries([...groups].map(([name, group]) => [name, group.map(([, value]) => value)]));
}
