import type { RepositoryCheck } from '../check.ts';
import { keyMaterialTracked } from './key-material-tracked.ts';
import { secretScanGuard } from './scan-guard.ts';
import { secretsInFiles } from './secrets-in-files.ts';

/** Checks of secrets in a repository. */
export const secretChecks: readonly RepositoryCheck[] = [secretsInFiles, keyMaterialTracked, secretScanGuard];
