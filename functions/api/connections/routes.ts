import { catalogueRoutes } from './catalogue.ts';
import { crudRoutes } from './crud.ts';

export const routes = [...crudRoutes, ...catalogueRoutes];
