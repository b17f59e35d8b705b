/** Every check that ships. Ids are unique: findings are compared by them across runs. */
import type { Check } from './check.ts';
import { ciChecks } from './ci/index.ts';
import { codeChecks } from './code/index.ts';
import { containerChecks } from './containers/index.ts';
import { governanceChecks } from './governance/index.ts';
import { historyChecks } from './history/index.ts';
import { iacChecks } from './iac/index.ts';
import { secretChecks } from './secrets/index.ts';
import { supplyChainChecks } from './supply-chain/index.ts';

export const checks: readonly Check[] = [
  ...ciChecks,
  ...supplyChainChecks,
  ...secretChecks,
  ...iacChecks,
  ...containerChecks,
  ...codeChecks,
  ...governanceChecks,
  ...historyChecks,
];
