export { gateway } from '../../../local/gateway.ts';
