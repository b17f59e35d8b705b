import type { Observation, RepositoryCheck, RepositoryFiles } from '../check.ts';
import { excerpt } from '../cite.ts';
import { countPaths, fail, incomplete, own, pass, unknown } from '../observe.ts';
import { analysisCommands } from './commands.ts';
import { hookGlobs, hookThatRuns } from './hooks.ts';
import { ciGlobs, pipelines } from './pipelines.ts';
import { reach } from './reach.ts';

/** Actions that analyse source code, as `owner/repository` prefixes. */
const analysisActions =
  /^(?:github\/codeql-action|(?:semgrep|returntocorp)\/semgrep-action|sonarsource\/|snyk\/actions|golangci\/golangci-lint-action|securego\/gosec|pycqa\/bandit-action|astral-sh\/ruff-action|chartboost\/ruff-action|biomejs\/setup-biome|reviewdog\/|(?:super-linter|github|oxsecurity)\/(?:super-linter|megalinter)|bearer\/bearer-action|zizmorcore\/zizmor-action|pre-commit\/action|wearerequired\/lint-action|codacy\/|deepsource|facebook\/infer|advanced-security\/)/;

/** Configuration of analysers: shows the intention where no run of them is found. */
const configGlobs = [
  '**/.eslintrc{,.js,.cjs,.json,.yml,.yaml}',
  '**/eslint.config.{js,mjs,cjs,ts,mts}',
  '**/biome.{json,jsonc}',
  '**/{.oxlintrc.json,sonar-project.properties,ruff.toml,.ruff.toml,.pylintrc,.flake8,.bandit,.rubocop.yml,.credo.exs}',
  '**/{.golangci.yml,.golangci.yaml,phpstan.neon,phpstan.neon.dist,psalm.xml,detekt.yml,.clang-tidy,.semgrep.yml}',
] as const;

/** Hooks of pre-commit that are analysers, by hook id. */
const hookIds =
  /^(?:eslint|biome|ruff|flake8|pylint|bandit|mypy|semgrep|golangci-lint|gosec|rubocop|shellcheck|hadolint|clippy|oxlint|brakeman|detekt|phpstan)/;

export const staticAnalysis: RepositoryCheck = {
  id: 'static-analysis',
  title: 'Static analysis of the source code runs in CI or in commit hooks',
  capability: 'repository-files',
  severity: 'medium',
  rationale:
    'Analysers find classes of defects and weaknesses that review misses, on every change. SSDF PW.7.2 asks for code analysis by tools; ' +
    'CSF PR.PS-06 asks that secure development practices are used. Analysis that a host runs without a file in the repository is not visible here.',
  remediation: {
    steps: [
      'Choose an analyser for the languages in use (for instance CodeQL or Semgrep for security, a linter for defects).',
      'Run it in the workflow that runs on pull requests, and let its findings fail the build.',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['PR.PS-06'], 'nist-ssdf-1.1': ['PW.7.2'] },
  evaluate: (input) => [judge(input)],
};

function judge(input: RepositoryFiles): Observation {
  const seen = pipelines(input);
  const action = seen.actions.find(({ name }) => analysisActions.test(name));
  if (action)
    return pass('repository', 'A workflow runs a static analyser', [excerpt(action.file, action.uses.start, action.uses.end)]);
  const command = reach(input, seen.scripts, analysisCommands);
  if (command !== null) return pass('repository', 'A pipeline runs a static analyser', command.citations);
  const hook = hookThatRuns(input, analysisCommands, hookIds);
  if (hook !== null) return pass('repository', 'A commit hook runs a static analyser', [hook]);
  const [reason] = seen.unseen;
  if (reason !== undefined)
    return unknown('repository', `No static analysis was found, but not everything could be read: ${reason}`);
  if (!input.listing.complete) return incomplete(input, 'repository');
  const configured = own(input, configGlobs).length > 0;
  const why = configured
    ? 'A static analyser is configured, but no pipeline or commit hook runs it'
    : 'No static analyser is configured';
  return fail('repository', why, [countPaths(input, configGlobs), countPaths(input, [...ciGlobs, ...hookGlobs])]);
}
