import type { Observation, RepositoryFiles } from '../check.ts';
import { isText } from '../cite.ts';
import { matching, noSubject, unknown } from '../observe.ts';
import { gitlabGlobs } from '../parse/gitlab.ts';
import type { TextFile } from '../parse/memo.ts';
import { type Workflow, workflowGlobs, workflows } from '../parse/workflow.ts';
import { otherCiGlobs } from './pipelines.ts';

/**
 * Judges each workflow file by itself. One that cannot be read is `unknown`. Where there is none, the check has no subject;
 * but a property that pipelines of any CI system have is `unknown` when the repository uses a system that is not read here.
 */
export function perWorkflow(
  input: RepositoryFiles,
  concerns: 'github-only' | 'any-ci',
  judge: (file: TextFile, workflow: Workflow) => readonly Observation[],
): readonly Observation[] {
  const all = workflows(input);
  const observations = all.flatMap(({ file, parsed }) => {
    if (parsed.ok && isText(file)) return judge(file, parsed.value);
    return [unknown(file.path, parsed.ok ? 'The file was not read' : parsed.reason)];
  });
  if (concerns === 'any-ci') {
    const unread = matching(input, [...gitlabGlobs, ...otherCiGlobs]);
    observations.push(...unread.map(({ path }) => unknown(path, 'This check reads GitHub workflow files only')));
  }
  if (observations.length > 0) return observations;
  return [noSubject(input, 'repository', workflowGlobs, 'There is no GitHub workflow file')];
}
