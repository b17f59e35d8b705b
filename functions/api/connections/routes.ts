import { catalogueRoutes } from './catalogue.ts';
import { crudRoutes } from './crud.ts';
import { manageRoutes } from './manage.ts';
import { oauthRoutes } from './oauth.ts';

export const routes = [...crudRoutes, ...manageRoutes, ...catalogueRoutes, ...oauthRoutes];
