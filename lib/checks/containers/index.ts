import type { Check } from '../check.ts';
import { nonRoot } from './non-root.ts';

export const containerChecks: readonly Check[] = [nonRoot];
