import type { Check } from '../check.ts';
import { criticalErrorsUnresolved } from './critical-unresolved.ts';

export const errorChecks: readonly Check[] = [criticalErrorsUnresolved];
