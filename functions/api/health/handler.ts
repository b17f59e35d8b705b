import { publicHttp } from '../../../lib/runtime/http/stack.ts';
import { logger } from '../../../lib/runtime/resources.ts';
import { routes } from './routes.ts';

export const handler = publicHttp(routes, logger);
