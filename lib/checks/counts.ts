import type { Capability } from './check.ts';

/**
 * How many checks read each capability. Written down and held to the checks by a test: who only counts them need not bundle the
 * parsers that they bring.
 */
export const checksPerCapability: Readonly<Record<Capability, number>> = {
  'repository-files': 36,
  'git-history': 5,
  'repository-settings': 7,
  alerts: 3,
  'cloud-configuration': 8,
  issues: 1,
  documents: 0,
  errors: 1,
};
