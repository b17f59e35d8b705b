import type { Check } from '../check.ts';
import { codeAlertsOverdue } from './code-overdue.ts';
import { dependencyAlertsOverdue } from './dependencies-overdue.ts';
import { secretsOpen } from './secrets-open.ts';

export const alertChecks: readonly Check[] = [secretsOpen, codeAlertsOverdue, dependencyAlertsOverdue];
