/** How long an alert may stay open. */
import { type Breach, daysBefore } from '../rule.ts';

/** Days, by severity: a week for what can be exploited now, a month for the rest that is serious. */
export const DAYS_CRITICAL = 7;
export const DAYS_HIGH = 30;

/** Open for longer than the days allow. */
export const overdue = (
  asOf: string,
  severity: 'critical' | 'high',
  days: number,
): Breach<'code-alert' | 'dependency-alert'> => ({
  where: [
    { fact: 'severity', is: 'equal', value: severity },
    { fact: 'createdAt', is: 'before', value: daysBefore(asOf, days) },
  ],
  reason: `The alert is open, of ${severity} severity, and past its time limit`,
});
