import * as z from 'zod';
import { event } from '../../../lib/runtime/event.ts';
import { store } from '../../../lib/runtime/resources.ts';
import { concludeDeps } from '../../../lib/workflow/deps.ts';
import { sweepRuns } from '../../../lib/workflow/sweep.ts';

/** Every 2 minutes: runs that are overdue or never started are concluded. The event's content is not used. */
export const handler = event('sweep', z.unknown(), async (_event, context) =>
  sweepRuns({ ...(await concludeDeps(context)), sys: (await store()).sys }),
);
