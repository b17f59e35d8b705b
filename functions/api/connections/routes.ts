import { crudRoutes } from './crud.ts';
import { policyRoutes } from './policy.ts';

export const routes = [...crudRoutes, ...policyRoutes];
