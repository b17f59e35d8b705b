/**
 * Stands for `undici` in bundles: its index brings fetch, mocks, caches, WebSockets and proxies, which nothing here uses, most of its
 * bytes. These are the parts that lib/net uses, from the files that the index takes them from (by path: the name itself stands for this file).
 */
import request from '../../node_modules/undici/lib/api/api-request.js';
import Dispatcher from '../../node_modules/undici/lib/dispatcher/dispatcher.js';

export { default as buildConnector } from '../../node_modules/undici/lib/core/connect.js';
export { default as Agent } from '../../node_modules/undici/lib/dispatcher/agent.js';

// The index gives every dispatcher its ways to ask; this is the one that is used.
Object.assign(Dispatcher.prototype, { request });
