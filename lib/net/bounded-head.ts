import type { Dispatcher } from 'undici';
import { NetworkRefused } from './errors.ts';

/** Bytes and number of the headers of an answer; several times what servers send. */
export const MAX_HEADER_BYTES = 16_384;
const MAX_HEADERS = 100;
/** Answers before the answer (RFC 9110, 1xx), each small and without an end: a server that sends hints sends one or two. */
const MAX_INTERIM = 10;

/** The handler is one request's own. Headers are counted as they came: one name a hundred times is a hundred. */
export const boundedHead: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  const start = handler.onResponseStart?.bind(handler);
  let interim = 0;
  handler.onResponseStart = (controller, status, headers, statusText) => {
    if (status < 200) interim += 1;
    // Names and values in turn.
    const count = Array.isArray(controller.rawHeaders) ? controller.rawHeaders.length / 2 : Object.keys(headers).length;
    if (interim > MAX_INTERIM || count > MAX_HEADERS) controller.abort(tooManyHeaders(String(options.origin)));
    else start?.(controller, status, headers, statusText);
  };
  return dispatch(options, handler);
};

export const tooManyHeaders = (origin: string): NetworkRefused =>
  new NetworkRefused(
    'too-large',
    `${origin} answered with more than ${MAX_HEADERS} headers or ${MAX_HEADER_BYTES} bytes of them`,
  );
