/** What to answer where no resource of a check's kind could be read: nothing is declared, or it is declared in a way that is not read. */
import type { Observation, RepositoryFiles } from '../check.ts';
import { population } from '../cite.ts';
import { incomplete, matching, notApplicable, unknown } from '../observe.ts';
import { isProduction } from '../parse/production.ts';
import { infrastructureGlobs } from './infrastructure.ts';

/** Entry files of tools whose resources a program makes when it runs. */
const programGlobs = [
  '**/cdk.json',
  '**/cdktf.json',
  '**/cdk8s.{yaml,yml}',
  '**/Pulumi.{yaml,yml}',
  '**/sst.config.{ts,mts,js,mjs}',
  '**/serverless.{ts,js}',
] as const;
/** Languages and packages of declarations that are not read here. */
const foreignGlobs = [
  '**/*.bicep',
  '**/terragrunt.hcl',
  '**/Chart.{yaml,yml}',
  '**/serverless.{yml,yaml}',
  '**/*.tf.json',
] as const;

/** Not applicable only where a complete listing shows that nothing declares infrastructure unread. */
export function nothingDeclared(input: RepositoryFiles): Observation {
  const first = (globs: readonly string[]): string | undefined =>
    matching(input, globs).find(({ path }) => isProduction(path))?.path;
  const program = first(programGlobs);
  if (program !== undefined)
    return unknown('repository', `Infrastructure is declared by a program, and files do not show what it makes: ${program}`);
  const foreign = first(foreignGlobs);
  if (foreign !== undefined)
    return unknown('repository', `Infrastructure is declared in a form that this check does not read: ${foreign}`);
  if (!input.listing.complete) return incomplete(input, 'repository');
  const count = matching(input, infrastructureGlobs).length;
  const languages = 'Terraform, CloudFormation, Kubernetes or Compose';
  const statement =
    count === 0
      ? `none of ${input.files.length} files is ${languages}`
      : `${count} of ${input.files.length} files could be ${languages} by their names; none of them declares a resource of this kind`;
  return notApplicable('repository', 'No declared resource is of a kind that this check reads', [
    population({ name: 'path-matches', args: { globs: [...infrastructureGlobs] } }, count, statement),
  ]);
}
