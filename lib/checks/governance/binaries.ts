import type { Observation, RepositoryCheck, RepositoryFile, RepositoryFiles } from '../check.ts';
import { isText } from '../cite.ts';
import { countPaths, fail, incomplete, isFixture, literalGlob, matching, pass } from '../observe.ts';

/** Formats that a machine runs and nobody reads (the list of OpenSSF Scorecard's Binary-Artifacts, with .node and .exe.config apart). */
const globs = [
  '**/*.{a,apk,bundle,class,com,crx,deb,dex,dey,dll,dmg,drv,dylib,efi,elf,exe,ipa,jar,ko,lib,macho,msi,node,o,obj,ocx,par,pyc,pyd,pyo,rpm,so,so.*,sys,war,wasm,whl}',
];
/** Installed packages are not kept in a repository; where they are listed, that is the machine's doing. */
const installed = /(?:^|\/)(?:node_modules|\.venv|venv|site-packages|__pycache__)\//;
const wrapper = /(?:^|\/)gradle\/wrapper\/gradle-wrapper\.jar$/;

export const unreviewableBinaries: RepositoryCheck = {
  id: 'governance-unreviewable-binaries',
  title: 'No executable is kept that nobody can review',
  capability: 'repository-files',
  severity: 'medium',
  rationale:
    'A reviewer sees that a binary changed, not what changed in it: it is the easiest way to bring something in. CSF PR.PS-05 asks that ' +
    'installation and execution of unauthorised software are prevented; SSDF PS.1.1 that code is protected from unauthorised change. Told by ' +
    'the name alone; images, fonts, archives of data and inputs of tests are left out, and a Gradle wrapper that a workflow validates.',
  remediation: {
    steps: [
      'Remove the binary and build it from source in the pipeline, or fetch it there by version and checksum.',
      'Add its extension to .gitignore.',
    ],
    effort: 'medium',
  },
  controls: { 'nist-csf-2.0': ['PR.PS-05'], 'nist-ssdf-1.1': ['PS.1.1'] },
  evaluate,
};

function evaluate(input: RepositoryFiles): readonly Observation[] {
  const validated = validatesWrapper(input);
  const found = matching(input, globs).filter(
    (file) =>
      isUnreviewable(file) && !installed.test(file.path) && !isFixture(file.path) && !(validated && wrapper.test(file.path)),
  );
  if (found.length > 0) {
    return found.map(({ path }) => fail(path, 'It can be run, and not be reviewed', [countPaths(input, [literalGlob(path)])]));
  }
  if (!input.listing.complete) return [incomplete(input, 'repository')];
  return [pass('repository', 'No executable is kept that nobody can review', [countPaths(input, globs)])];
}

/** A file of such a name that is plain text can be reviewed after all; a Git LFS pointer stands for what cannot. */
const isUnreviewable = (file: RepositoryFile): boolean =>
  !isText(file) || file.content.text.startsWith('version https://git-lfs.github.com/spec/');

function validatesWrapper(input: RepositoryFiles): boolean {
  return matching(input, ['.github/workflows/*.{yml,yaml}']).some(
    (file) =>
      isText(file) &&
      /uses:\s*["']?gradle\/(?:actions\/(?:wrapper-validation|setup-gradle)|wrapper-validation-action)@/.test(file.content.text),
  );
}
