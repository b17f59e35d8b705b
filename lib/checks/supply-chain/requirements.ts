/** requirements.txt: fixed by exact versions rather than by a lockfile. */
import type { Observation, RepositoryFile, RepositoryFiles } from '../check.ts';
import { isText } from '../cite.ts';
import { fail, notApplicable, own, pass, quotes, type Span, unknown } from '../observe.ts';

export const requirementsGlob = '**/requirements*.txt';

export const requirementFiles = (input: RepositoryFiles): readonly Observation[] => own(input, [requirementsGlob]).map(judge);

/** Options (`-r`, `--hash`), comments and direct references (`name @ url`) are not versions to be fixed. */
function judge(file: RepositoryFile): Observation {
  if (!isText(file)) return unknown(file.path, 'The file was not read');
  const requirements = [...file.content.text.matchAll(/^[ \t]*([A-Za-z0-9][\w.-]*(?:\[[^\]\n]*\])?)[ \t]*([^\n#;\\]*)/gm)];
  const loose = requirements.filter(([, , constraint = '']) => !/^(?:={2,3}[^*,]*$|@)/.test(constraint.trim()));
  const span = (found: RegExpExecArray): Span => ({ start: found.index, end: found.index + found[0].trimEnd().length });
  if (requirements.length === 0) return notApplicable(file.path, 'It declares no dependency');
  if (loose.length === 0)
    return pass(file.path, 'Every requirement is fixed to one version', quotes(file, requirements.map(span)));
  const names = loose
    .slice(0, 3)
    .map(([, name = '']) => name)
    .join(', ');
  return fail(
    file.path,
    `It does not fix the version of ${names}${loose.length > 3 ? ' and others' : ''}`,
    quotes(file, loose.map(span)),
  );
}
