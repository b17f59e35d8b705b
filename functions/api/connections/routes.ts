import { catalogueRoutes } from './catalogue.ts';
import { crudRoutes } from './crud.ts';
import { oauthRoutes } from './oauth.ts';

export const routes = [...crudRoutes, ...catalogueRoutes, ...oauthRoutes];
