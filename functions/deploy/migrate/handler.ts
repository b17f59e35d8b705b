import { config } from '../../../lib/runtime/config.ts';
import { event } from '../../../lib/runtime/event.ts';
import { answer, request } from './custom-resource.ts';
import { bringUpToDate } from './schema.ts';

export const handler = event('deploy/migrate', request, (asked, context) =>
  answer(asked, context, () => bringUpToDate(config.database(), context)),
);
