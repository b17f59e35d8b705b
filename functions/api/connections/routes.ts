import { crudRoutes } from './crud.ts';
import { manageRoutes } from './manage.ts';

export const routes = [...crudRoutes, ...manageRoutes];
