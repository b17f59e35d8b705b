/** Shell command lines: cut into simple commands and freed of what only launches another program. */

const separators = /&&|\|\||[;|&\n]/;
const assignment = /^(?:export\s+)?[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|\S*)\s+/;
/** Programs that run the program named after them, with their own flags. */
const launchers =
  /^(?:sudo(?:\s+-\w+)*|time|env|exec|command|then|do|else|if|!|xvfb-run(?:\s+-\S+)*|npx(?:\s+-\S+)*|(?:pnpm|yarn)\s+(?:exec|dlx)|bunx|(?:poetry|pipenv|uv|pdm|rye|hatch|pixi|conda)\s+run(?:\s+--?\S+)*|uvx|pipx\s+run|bundle\s+exec|python[\d.]*\s+-m)\s+|^(?:\.\/)?(?:node_modules\/\.bin|vendor\/bin)\//;
/** What runs inside a container is the rest of the line, after the image or service name. */
const container = /^docker(?:-compose|\s+compose|\s+container)?\s+(?:run|exec)\s+(?:-\S+\s+)*\S+\s+/;

/** The simple commands of a script: `CI=1 npx jest && npm run lint` gives `jest` and `npm run lint`. */
export function simpleCommands(script: string): readonly string[] {
  return script
    .replace(/\\\r?\n/g, ' ')
    .split(separators)
    .map((part) => bare(part.trim()))
    .filter((part) => part !== '' && !part.startsWith('#'));
}

function bare(command: string): string {
  let current = command.replace(/^[-@({]+\s*/, '');
  for (let strip = 0; strip < 6; strip += 1) {
    const next = current.replace(assignment, '').replace(launchers, '').replace(container, '');
    if (next === current) break;
    current = next;
  }
  return current;
}

/** True where a simple command of the script matches one of the patterns, which are anchored at the program's name. */
export const runsAny = (script: string, patterns: readonly RegExp[]): boolean =>
  simpleCommands(script).some((command) => patterns.some((pattern) => pattern.test(command)));

/** Runners of automated tests, by ecosystem. */
export const testCommands: readonly RegExp[] = [
  // npm test, npm t, yarn test:unit, pnpm -r test, npm --prefix web run test; not npm install test-utils
  /^(?:npm|pnpm|yarn|bun)\b(?!.*\s(?:install|i|add|ci|why|view)\s)(?=.*\s(?:t|tests?(?:[:\w-]*))(?:\s|$))/,
  /^npm\s+(?:install-test|clean-install-test|it|cit)(?:\s|$)/,
  /^(?:vitest|jest|mocha|ava|tap|jasmine|karma|cypress\s+run|playwright\s+test|c8|nyc|testcafe|wdio)(?:\s|$)/,
  /^node\s(?:.*\s)?--test\b/,
  /^(?:pytest|py\.test|tox|nox|nose2|unittest|behave|coverage\s+run)(?:\s|$)/,
  /^python[\d.]*\s+(?:\S*manage\.py\s+test|setup\.py\s+test|\S*tests?\S*\.py)(?:\s|$)/,
  /^(?:hatch|rye)\s+test\b/,
  /^(?:go\s+test|gotestsum|ginkgo)(?:\s|$)/,
  /^cargo\s+(?:\+\S+\s+)?(?:test|nextest|tarpaulin|llvm-cov)\b/,
  /^(?:\.\/)?mvnw?\b(?!.*-D(?:skipTests|maven\.test\.skip))(?=.*\s(?:test|verify|install|package|deploy)\b)/,
  /^(?:\.\/)?gradlew?\b(?!.*-x\s+test)(?=.*\s\S*(?:test|check|build)\S*)/i,
  /^(?:dotnet|swift|mix|deno|flutter|dart|stack|cabal|forge|zig\s+build|bazel|bazelisk|molecule|terraform|meson)\s+test\b/,
  /^(?:rspec|cucumber|phpunit|pest|ctest|bats|busted|prove)(?:\s|$)/,
  /^(?:rake|rails)\s+(?:test|spec)\b/,
  /^composer\s+(?:run(?:-script)?\s+)?test\b/,
  /^(?:make|gmake|just|task|invoke|earthly|dagger)\s+(?:\S+\s+)*\S*(?:test|check)\S*/,
  /^(?:nx|turbo|lerna|moon|sbt|lein|xcodebuild|fastlane)\b(?=.*\s\S*test\S*)/,
];

/** Linters and scanners of source code. */
export const analysisCommands: readonly RegExp[] = [
  /^(?:semgrep|opengrep|bandit|gosec|brakeman|bearer|horusec|snyk\s+code|sonar-scanner|codeql|njsscan|insider)(?:\s|$)/,
  /^(?:eslint|biome\s+(?:check|lint|ci)|oxlint|xo|standard|tslint|deno\s+lint|stylelint)(?:\s|$)/,
  /^(?:ruff(?:\s+check)?|pylint|flake8|prospector|pyright|mypy)(?:\s|$)/,
  /^(?:golangci-lint|staticcheck|go\s+vet|revive)(?:\s|$)/,
  /^cargo\s+(?:\+\S+\s+)?clippy\b/,
  /^(?:rubocop|reek|phpstan|psalm|phan|php-cs-fixer|detekt|ktlint|scalafix|swiftlint|clang-tidy|cppcheck|infer|hadolint|shellcheck|actionlint|zizmor|credo|mix\s+(?:credo|sobelow)|dialyzer)(?:\s|$)/,
  /^(?:\.\/)?(?:mvnw?|gradlew?)\b(?=.*(?:spotbugs|pmd|checkstyle|errorprone|sonar|detekt|ktlint))/i,
  /^dotnet\s+sonarscanner\b/,
  /^pre-commit\s+run\b/,
  /^(?:npm|pnpm|yarn|bun)\b(?!.*\s(?:install|i|add|ci)\s)(?=.*\s(?:lint|analy[sz]e|sast)(?:[:\w-]*)(?:\s|$))/,
  /^(?:make|just|task|tox|nox|nx|turbo|composer)\b(?=.*\s\S*(?:lint|analy[sz]e|phpstan)\S*)/,
];
