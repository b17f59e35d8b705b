/** What is sent to the client. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
}

/** Lambda's answer may hold this much. */
const MAX_ANSWER_BYTES = 6 * 1024 * 1024;

/**
 * What API Gateway makes of a function's result in payload format 2.0: with `statusCode` it is the answer, anything else is
 * the JSON body of a 200. What does not fit gives the same 500 as on AWS.
 */
export function httpAnswer(result: unknown): HttpAnswer {
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) {
    return answer(200, { 'content-type': 'application/json' }, Buffer.from(JSON.stringify(result ?? null)));
  }
  const { statusCode } = result;
  const body = 'body' in result ? result.body : undefined;
  const base64 = 'isBase64Encoded' in result && result.isBase64Encoded === true;
  const valid = typeof statusCode === 'number' && statusCode >= 100 && statusCode <= 599;
  if (!valid || (body !== undefined && typeof body !== 'string')) return gatewayError(500, 'Internal Server Error');
  const bytes = Buffer.from(body ?? '', base64 ? 'base64' : 'utf8');
  if (bytes.length > MAX_ANSWER_BYTES) return gatewayError(500, 'Internal Server Error');
  const cookies = 'cookies' in result && Array.isArray(result.cookies) ? result.cookies.map(String) : [];
  const headers = 'headers' in result ? textHeaders(result.headers) : {};
  const typed =
    bytes.length > 0 && !('content-type' in headers) ? { 'content-type': 'text/plain;charset=UTF-8', ...headers } : headers;
  return answer(statusCode, typed, bytes, cookies);
}

/** An answer of API Gateway itself. */
export const gatewayError = (status: number, message: string): HttpAnswer =>
  answer(status, { 'content-type': 'application/json' }, Buffer.from(JSON.stringify({ message })));

const answer = (status: number, headers: Record<string, string>, body: Buffer, cookies: readonly string[] = []): HttpAnswer => ({
  status,
  headers,
  cookies,
  body,
});

function textHeaders(headers: unknown): Record<string, string> {
  if (typeof headers !== 'object' || headers === null) return {};
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}
