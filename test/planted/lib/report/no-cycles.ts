import { other } from './cycle.ts';

export const one = (): number => other();
