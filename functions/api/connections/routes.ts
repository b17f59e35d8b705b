import { catalogueRoutes } from './catalogue.ts';
import { crudRoutes } from './crud.ts';
import { manageRoutes } from './manage.ts';
import { oauthRoutes } from './oauth.ts';
import { policyRoutes } from './policy.ts';

export const routes = [...crudRoutes, ...manageRoutes, ...policyRoutes, ...catalogueRoutes, ...oauthRoutes];
