import type { Check } from '../check.ts';
import { vulnerabilityTicketsOverdue } from './vulnerabilities-overdue.ts';

export const issueChecks: readonly Check[] = [vulnerabilityTicketsOverdue];
