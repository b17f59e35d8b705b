import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { exchangeOf, type HttpMiddleware } from './exchange.ts';
import type { Route, RouteAnswer } from './route.ts';

/** The answer does not fit the route's own schema: a defect here, never sent out. */
export class BadAnswer extends Error {
  override readonly name = 'BadAnswer';
}

/** Validates the answer against the route's schema (columns that nobody declared do not leave) and renders it. */
export function checkResponse(): HttpMiddleware {
  return {
    after(request) {
      const { route, answer } = exchangeOf(request.event);
      if (route === null || answer === null) throw new BadAnswer('The route gave no answer.');
      request.response = render(route, answer);
    },
  };
}

export function render(
  route: Pick<Route, 'response' | 'status'>,
  answer: RouteAnswer<unknown>,
): APIGatewayProxyStructuredResultV2 {
  if ('redirect' in answer) return { statusCode: 303, headers: { location: answer.redirect } };
  const parsed = route.response.safeParse(answer.body);
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => issue.path.join('.') || '(whole)');
    throw new BadAnswer(`The answer does not fit its schema at ${fields.join(', ')}.`);
  }
  const statusCode = answer.status ?? route.status;
  if (parsed.data === undefined) return { statusCode };
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(parsed.data) };
}
