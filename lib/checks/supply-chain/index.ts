import type { RepositoryCheck } from '../check.ts';
import { baseImages } from './base-images.ts';
import { dependencyUpdates } from './dependency-updates.ts';
import { endOfLifeRuntime } from './end-of-life-runtime.ts';
import { lockfileInSync } from './lockfile-in-sync.ts';
import { lockfileIntegrity } from './lockfile-integrity.ts';
import { releaseProvenance } from './release-provenance.ts';
import { sbomGenerated } from './sbom.ts';

/** Checks of what is built from, and of what is shipped. */
export const supplyChainChecks: readonly RepositoryCheck[] = [
  dependencyUpdates,
  lockfileInSync,
  lockfileIntegrity,
  baseImages,
  endOfLifeRuntime,
  releaseProvenance,
  sbomGenerated,
];
