/** For tests of what runs on the middy stacks: events and contexts as Lambda gives them, a log that keeps its lines. */
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { LogFields, Logger } from './logger.ts';

/** `remainingMs` counts down from the call, as in Lambda. */
export function lambdaContext(remainingMs = 30_000): Context {
  const end = Date.now() + remainingMs;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'test',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:test',
    memoryLimitInMB: '512',
    awsRequestId: '00000000-0000-4000-8000-00000000000a',
    logGroupName: 'test',
    logStreamName: 'test',
    getRemainingTimeInMillis: () => Math.max(0, end - Date.now()),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}

interface Asked {
  readonly routeKey: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly query?: string;
  readonly params?: Record<string, string>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

export function apiEvent({
  routeKey,
  path,
  headers = {},
  query = '',
  params,
  body,
  isBase64Encoded = false,
}: Asked): APIGatewayProxyEventV2 {
  const [method = 'GET', pattern = '/'] = routeKey.split(' ');
  const rawPath = path ?? pattern;
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString: query,
    headers,
    requestContext: {
      accountId: 'anonymous',
      apiId: 'test',
      domainName: 'api.example',
      domainPrefix: 'api',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'request-1',
      routeKey,
      stage: '$default',
      time: '23/Nov/2026:12:00:00 +0000',
      timeEpoch: 1_795_435_200_000,
    },
    ...(params === undefined ? {} : { pathParameters: params }),
    ...(body === undefined ? {} : { body }),
    isBase64Encoded,
  };
}

export interface LogLine extends LogFields {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
}

export function memoryLogger(lines: LogLine[] = [], always: LogFields = {}): Logger & { readonly lines: LogLine[] } {
  const add =
    (level: LogLine['level']) =>
    (message: string, fields: LogFields = {}) => {
      lines.push({ level, message, ...always, ...fields });
    };
  return {
    lines,
    debug: add('debug'),
    info: add('info'),
    warn: add('warn'),
    error: add('error'),
    child: (fields) => memoryLogger(lines, { ...always, ...fields }),
  };
}
