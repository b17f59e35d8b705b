import { crudRoutes } from './crud.ts';

export const routes = [...crudRoutes];
