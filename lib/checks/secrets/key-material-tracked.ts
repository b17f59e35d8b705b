import type { RepositoryCheck } from '../check.ts';
import { countPaths, incomplete, own, pass } from '../observe.ts';
import { envFileGlobs, isEnvFile, judgeEnvFile } from './env-files.ts';
import { judgeKeyFile, keyFileGlobs } from './key-files.ts';

export const keyMaterialTracked: RepositoryCheck = {
  id: 'key-material-tracked',
  title: 'No private key and no filled-in environment file is tracked',
  capability: 'repository-files',
  severity: 'high',
  rationale:
    'Whoever can read the repository holds the keys in it. CSF PR.DS-01 asks that data at rest is protected, which a key beside the data is not; ' +
    'SSDF PO.5.2 asks to secure the endpoints of development, where such files belong. Templates (.env.example) and test fixtures are left out.',
  remediation: {
    steps: [
      'Replace the key or the values, and revoke the old ones.',
      'Remove the file from the repository, name it in .gitignore, and keep a template with placeholders instead.',
    ],
    effort: 'medium',
  },
  controls: { 'nist-csf-2.0': ['PR.DS-01'], 'nist-ssdf-1.1': ['PO.5.2'] },
  evaluate: (input) => {
    const environments = own(input, envFileGlobs).filter(({ path }) => isEnvFile(path));
    const observations = [
      ...own(input, keyFileGlobs).map((file) => judgeKeyFile(input, file)),
      ...environments.map(judgeEnvFile),
    ];
    if (observations.length > 0) return observations;
    if (!input.listing.complete) return [incomplete(input, 'repository')];
    return [
      pass('repository', 'Apart from templates, no file is named like a private key or an environment file', [
        countPaths(input, keyFileGlobs),
        countPaths(input, envFileGlobs),
      ]),
    ];
  },
};
