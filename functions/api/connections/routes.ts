import { crudRoutes } from './crud.ts';
import { oauthRoutes } from './oauth.ts';

export const routes = [...crudRoutes, ...oauthRoutes];
