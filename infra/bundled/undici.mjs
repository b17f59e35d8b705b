/**
 * Stands for `undici` in bundles: its index brings mocks, caches, WebSockets and proxies, which nothing here uses, half of its bytes.
 * These are the parts that lib/net imports, from the files that the index takes them from (by path: the name itself stands for this file).
 */
export { default as buildConnector } from '../../node_modules/undici/lib/core/connect.js';
export { default as Agent } from '../../node_modules/undici/lib/dispatcher/agent.js';
export { fetch } from '../../node_modules/undici/lib/web/fetch/index.js';
