import { isFixture, isVendored } from '../observe.ts';

/** Tests, samples and generated code: written to be run by a developer, or not written by anybody. */
const beside =
  /(?:^|\/)(?:tests?|__tests__|__mocks__|spec|specs|e2e|testing|examples?|samples?|demos?|bench|benchmarks?|dist|build|out|cdk\.out|coverage|\.next|\.devcontainer)\//i;
const testFile =
  /(?:[._-](?:test|tests|spec|e2e|stories|bench)\.[a-z]+|(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest)\.py|\.min\.[cm]?js)$/i;

/** True for what is deployed or decides how something is deployed. Judged by path alone, and said so in each rationale. */
export const isProduction = (path: string): boolean =>
  !isVendored(path) && !isFixture(path) && !beside.test(path) && !testFile.test(path);
