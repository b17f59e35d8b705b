import { http } from '../../../lib/runtime/http.ts';
import { routes } from './routes.ts';

export const handler = http(routes);
