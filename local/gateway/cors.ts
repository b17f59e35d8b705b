/** The headers that API Gateway adds for an allowed origin, and none for another: the browser then refuses the answer. */
export function corsHeaders(origin: string | undefined, allowed: readonly string[]): Record<string, string> {
  if (origin === undefined || !allowed.includes(origin)) return {};
  return { 'access-control-allow-origin': origin, 'access-control-expose-headers': exposed.join(','), vary: 'origin' };
}

/** The answer to a preflight request (OPTIONS with Access-Control-Request-Method). */
export function preflightHeaders(origin: string | undefined, allowed: readonly string[]): Record<string, string> {
  const headers = corsHeaders(origin, allowed);
  if (!('access-control-allow-origin' in headers)) return {};
  return {
    ...headers,
    'access-control-allow-methods': 'GET,POST,PUT,PATCH,DELETE',
    'access-control-allow-headers': accepted.join(','),
    'access-control-max-age': '600',
  };
}

const exposed = ['location', 'retry-after', 'x-request-id', 'x-supabase-api-version'];
const accepted = ['authorization', 'content-type', 'idempotency-key', 'apikey', 'x-client-info', 'x-supabase-api-version'];
