import type { Observation, RepositoryCheck, RepositoryFile, RepositoryFiles } from '../check.ts';
import { absent, excerpt, isText } from '../cite.ts';
import { countPaths, fail, incomplete, literalGlob, matching, noSubject, pass, unknown } from '../observe.ts';
import { isProduction } from '../parse/production.ts';
import { codeowners, codeownersPaths, decisive, type OwnerRule } from './codeowners-file.ts';

const pipelineGlobs = [
  '.github/{workflows,actions}/**',
  '.gitlab-ci.{yml,yaml}',
  '.gitlab/ci/**',
  '{.circleci,.buildkite}/**',
  '{azure-pipelines,bitbucket-pipelines,buildspec,cloudbuild}.{yml,yaml}',
  '**/Jenkinsfile',
];
const infrastructureGlobs = [
  '**/*.{tf,bicep}',
  '{infra,infrastructure,terraform,cloudformation,cdk,pulumi,helm,charts,k8s,kubernetes,deploy,deployment}/**',
  'cdk.json',
];
const subjectGlobs = [...pipelineGlobs, ...infrastructureGlobs];

export const codeownersCoverage: RepositoryCheck = {
  id: 'governance-codeowners',
  title: 'Named owners answer for pipelines and infrastructure',
  capability: 'repository-files',
  severity: 'medium',
  rationale:
    'Pipelines hold the keys and infrastructure opens the doors: changes to both need somebody who answers for them. CSF GV.RR-02 asks that roles ' +
    'and responsibilities are established; SSDF PO.2.1 asks the same for developing software. That an owner must approve before a merge is a ' +
    'setting of the host and is not visible in files.',
  remediation: {
    steps: [
      'Write .github/CODEOWNERS with a line for the pipeline folder and one for each infrastructure folder, naming a team.',
      "Require code owners' reviews on the default branch.",
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['GV.RR-02'], 'nist-ssdf-1.1': ['PO.2.1'] },
  evaluate,
};

function evaluate(input: RepositoryFiles): readonly Observation[] {
  const groups = [
    { name: 'pipelines', what: 'pipeline definitions', files: matching(input, pipelineGlobs) },
    {
      name: 'infrastructure',
      what: 'infrastructure files',
      files: matching(input, infrastructureGlobs).filter(({ path }) => isProduction(path)),
    },
  ].filter(({ files }) => files.length > 0);
  if (groups.length === 0)
    return [noSubject(input, 'repository', subjectGlobs, 'There are no pipelines and no infrastructure to own')];
  const file = codeownersPaths.flatMap((path) => input.files.filter((one) => one.path === path)).at(0);
  if (file === undefined)
    return [
      absent(input, 'repository', codeownersPaths, 'No CODEOWNERS file names who answers for pipelines and infrastructure'),
    ];
  const rules = codeowners(file);
  if (!rules.ok) return [unknown(file.path, rules.reason)];
  const observations = groups.map(({ name, what, files }) =>
    judge(input, file, rules.value, `${file.path}#${name}`, what, files),
  );
  return input.listing.complete ? observations : [...observations, incomplete(input, 'repository')];
}

function judge(
  input: RepositoryFiles,
  file: RepositoryFile,
  rules: readonly OwnerRule[],
  resource: string,
  what: string,
  files: readonly RepositoryFile[],
): Observation {
  const deciding = files.map(({ path }) => ({ path, rule: decisive(rules, path) }));
  const unowned = deciding.filter(({ rule }) => rule === undefined || rule.owners.length === 0);
  const lines = [...new Set(deciding.flatMap(({ rule }) => rule ?? []))].slice(0, 10);
  const cited = isText(file) ? lines.map(({ start, end }) => excerpt(file, start, end)) : [];
  if (unowned.length === 0) return pass(resource, `All ${what} have an owner`, cited);
  const paths = unowned.slice(0, 10).map(({ path }) => literalGlob(path));
  const emptied = lines.filter(({ owners }) => owners.length === 0);
  const reason =
    unowned.length === files.length ? `No owner is named for the ${what}` : `No owner is named for some of the ${what}`;
  return fail(resource, reason, [
    countPaths(input, paths),
    ...(isText(file) ? emptied.map(({ start, end }) => excerpt(file, start, end)) : []),
  ]);
}
