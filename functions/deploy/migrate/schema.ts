import type { TaskContext } from '../../../lib/runtime/task.ts';
import { iamPassword } from '../../../lib/store/iam-password.ts';
import { migrate } from '../../../prisma/migrate.ts';
import { allowIamSignIn } from '../../../prisma/sign-in.ts';

interface Owner {
  readonly url: string;
  readonly iam: { readonly region: string } | null;
}

/**
 * Applies what this release brings, and lets the program's role sign in. A database that is ahead is left alone: a release that was
 * rolled back finds the tables of the newer one, and runs on them (docs/deployment.md). Throws what `migrate` throws.
 */
export async function bringUpToDate(owner: Owner, { signal, logger }: Pick<TaskContext, 'signal' | 'logger'>): Promise<void> {
  const url = await signedIn(owner);
  const applied = await migrate(url, { signal, ahead: 'accept' });
  await allowIamSignIn(url);
  logger.info(`the schema is up to date: ${applied.length} migrations were applied`);
}

async function signedIn({ url, iam }: Owner): Promise<string> {
  if (iam === null) return url;
  const withToken = new URL(url);
  withToken.password = encodeURIComponent(await iamPassword(url, iam.region)());
  return withToken.href;
}
