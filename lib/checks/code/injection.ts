import type { RepositoryCheck } from '../check.ts';
import { evaluate, scope } from './evaluate.ts';

export const injection: RepositoryCheck = {
  id: 'code-injection',
  title: 'Code runs no text as code and binds the values of SQL',
  capability: 'repository-files',
  severity: 'high',
  rationale:
    'Whoever controls part of a statement that is put together as text controls the database; whoever controls text that is evaluated controls ' +
    'the process. CSF PR.PS-06 asks for secure development practices; SSDF PW.5.1 for secure coding practices. Table and column names cannot be ' +
    'bound: where they come from a variable, a person has to see that it is chosen from a fixed list.' +
    scope,
  remediation: {
    steps: [
      'Pass values as parameters of the statement; choose table and column names from a fixed list, or quote them with the driver.',
      'Replace eval and new Function by parsing (JSON.parse, ast.literal_eval) or by a table of functions.',
    ],
    effort: 'medium',
  },
  controls: { 'nist-csf-2.0': ['PR.PS-06'], 'nist-ssdf-1.1': ['PW.5.1'] },
  evaluate: evaluate('injection', 'Apart from tests and examples, no source file evaluates text or builds SQL from values'),
};
