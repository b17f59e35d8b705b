import { lists } from './lists.ts';
import { results } from './results.ts';
import { schemas } from './schemas.ts';
import { streams } from './streams.ts';
import { transports } from './transports.ts';

export const personalities = { ...transports, ...lists, ...results, ...streams, ...schemas };
export type PersonalityName = keyof typeof personalities;
