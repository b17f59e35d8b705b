import type { Report } from '../lib/contract/report.ts';
import { checkedExample, readExample } from './expectations.ts';
import { checkVerdicts, readVerdicts, unmetByChecks, type Verdict } from './verdicts.ts';

export interface Example {
  readonly name: string;
  readonly framework: string;
  readonly verdicts: (report: Report) => Verdict[];
  /** Controls that must not be satisfied. */
  readonly unmet: readonly string[];
}

export function examples(): Example[] {
  const shop = checkedExample('acme-shop');
  const clinic = readExample('harbour-clinic');
  const framework = 'nist-csf-2.0';
  return [
    {
      ...{ name: 'acme-shop', framework },
      verdicts: (report) => checkVerdicts(report, shop),
      unmet: unmetByChecks(shop, framework),
    },
    {
      ...{ name: 'harbour-clinic', framework: clinic.framework },
      verdicts: (report) => readVerdicts(report, clinic),
      unmet: clinic.gaps.map(({ control }) => control),
    },
  ];
}
