export { handler } from '../one/handler.ts';
