import * as z from 'zod';
import { event } from '../../../lib/runtime/event.ts';
import { cache, push, store } from '../../../lib/runtime/resources.ts';
import { concludeDeps } from '../../../lib/workflow/deps.ts';
import { sweepRuns } from '../../../lib/workflow/sweep.ts';
import { closeExpiredSockets } from '../../../lib/workflow/sweep-sockets.ts';

/** Every 2 minutes: concludes runs that are overdue or never started, then closes expired sockets. The event's content is not used. */
export const handler = event('sweep', z.unknown(), async (_event, context) => {
  const deps = await concludeDeps(context);
  await sweepRuns({ ...deps, sys: (await store()).sys });
  // Last, and by itself: runs are concluded without Redis as well.
  try {
    await closeExpiredSockets({ ...deps, cache: await cache(), push: await push() });
  } catch (error) {
    context.logger.warn('expired sockets were not looked for', { error });
  }
});
