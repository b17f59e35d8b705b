import type { Observation, RepositoryCheck, RepositoryFile, RepositoryFiles } from '../check.ts';
import { judgeDeclared } from '../iac/rule.ts';
import { incomplete, matching, noSubject } from '../observe.ts';
import { dockerfileGlobs } from '../parse/dockerfile.ts';
import { isProduction } from '../parse/production.ts';
import { judgeDockerfile } from './dockerfile-user.ts';
import { workloadRules } from './pod-user.ts';

export const nonRoot: RepositoryCheck = {
  id: 'container-non-root',
  title: 'Containers run as a user other than root',
  capability: 'repository-files',
  severity: 'medium',
  rationale:
    'A process that is root in its container needs one flaw of the kernel or one careless mount to be root on the host. CSF PR.PS-01 asks for ' +
    'hardened configuration; SSDF PW.9.1 for secure settings by default. Judged are the last stage of each Dockerfile, Kubernetes workloads and ' +
    'compose services, outside tests, examples and files for development. A base image that is not known by name decides for itself: unknown.',
  remediation: {
    steps: [
      'Create a user in the last stage and end it with a USER instruction that names it, by number if Kubernetes must be able to check it.',
      'In manifests set runAsNonRoot to true, and no privileged mode.',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['PR.PS-01'], 'nist-ssdf-1.1': ['PW.9.1'] },
  evaluate,
};

const forDevelopment = /(?:^|\/)(?:[^/]*\.(?:dev|development|local|test|ci)|(?:dev|local|test)\.[^/]*)$/i;
const counts = ({ path }: RepositoryFile): boolean => isProduction(path) && !forDevelopment.test(path);

function evaluate(input: RepositoryFiles): readonly Observation[] {
  const observations = [
    ...matching(input, dockerfileGlobs).filter(counts).map(judgeDockerfile),
    ...judgeDeclared(workloadRules, input).filter(
      ({ resource }) => !/compose[^/]*\.(?:dev|local|test|override)\./i.test(resource),
    ),
  ];
  if (observations.length > 0) return input.listing.complete ? observations : [...observations, incomplete(input, 'repository')];
  return [noSubject(input, 'repository', dockerfileGlobs, 'No container is built or declared')];
}
