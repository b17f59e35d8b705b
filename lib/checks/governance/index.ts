import type { Check } from '../check.ts';
import { unreviewableBinaries } from './binaries.ts';
import { changelog } from './changelog.ts';
import { codeownersCoverage } from './codeowners.ts';
import { incidentPlan } from './incident-plan.ts';
import { license } from './license.ts';
import { policies } from './policies.ts';
import { securityPolicy } from './security-policy.ts';
import { threatModel } from './threat-model.ts';

export const governanceChecks: readonly Check[] = [
  codeownersCoverage,
  securityPolicy,
  license,
  unreviewableBinaries,
  changelog,
  incidentPlan,
  policies,
  threatModel,
];
