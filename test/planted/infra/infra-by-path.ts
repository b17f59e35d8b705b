export { handler } from '../functions/tasks/one/handler.ts';
