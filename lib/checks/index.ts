/** Every check that ships. Ids are unique: findings are compared by them across runs. */
import { accessChecks } from './access/index.ts';
import { alertChecks } from './alerts/index.ts';
import type { Check } from './check.ts';
import { ciChecks } from './ci/index.ts';
import { cloudChecks } from './cloud/index.ts';
import { codeChecks } from './code/index.ts';
import { containerChecks } from './containers/index.ts';
import { errorChecks } from './errors/index.ts';
import { governanceChecks } from './governance/index.ts';
import { historyChecks } from './history/index.ts';
import { iacChecks } from './iac/index.ts';
import { issueChecks } from './issues/index.ts';
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
  ...accessChecks,
  ...alertChecks,
  ...cloudChecks,
  ...errorChecks,
  ...issueChecks,
];
