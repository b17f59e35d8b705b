import { handler } from '../../functions/tasks/one/handler.ts';

export const call = handler;
