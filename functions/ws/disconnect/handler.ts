import { dropConnection } from '../../../lib/progress/registry.ts';
import { cache } from '../../../lib/runtime/resources.ts';
import { websocket } from '../../../lib/runtime/websocket.ts';

/** $disconnect is delivered at best effort: what it misses, the next push (410) or the entry's own expiry cleans up. */
export const handler = websocket('ws/disconnect', async ({ connectionId }) => dropConnection(await cache(), connectionId));
