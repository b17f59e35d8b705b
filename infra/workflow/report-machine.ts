/** The report's prose: sections and remediation side by side, then the summary over both. Each has a deterministic stand-in. */
import { DefinitionBody, JsonPath, Map as MapState, Parallel, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { sectionId } from '../../lib/contract/run-state.ts';
import { everything, everythingUnseen, fallback, notRecorded, type States, type TaskFunctions, task } from './task.ts';
import { concurrency, tasks } from './timing.ts';

export function reportDefinition(scope: States, functions: TaskFunctions): DefinitionBody {
  const chooseSections = new Pass(scope, 'ChooseSections', {
    parameters: { runId: JsonPath.stringAt('$.runId'), sections: sectionId.options },
  });

  const writeSection = task(scope, 'WriteSection', {
    function: functions['tasks/write-section'],
    timing: tasks.writeSection,
    send: ['runId', 'sectionId'],
    answer: 'empty',
  });
  const sectionFallback = fallback(scope, 'SectionFallback', {
    function: functions['tasks/section-fallback'],
    timing: tasks.sectionFallback,
    send: ['runId', 'sectionId'],
    answer: 'empty',
  });
  writeSection.addCatch(sectionFallback, everything);
  sectionFallback.addCatch(notRecorded(scope, 'SectionNotRecorded'), everythingUnseen);
  const sections = new MapState(scope, 'Sections', {
    itemsPath: '$.sections',
    itemSelector: { runId: JsonPath.stringAt('$.runId'), sectionId: JsonPath.stringAt('$$.Map.Item.Value') },
    maxConcurrency: concurrency,
    resultPath: JsonPath.DISCARD,
  }).itemProcessor(writeSection);

  const remediate = task(scope, 'Remediate', {
    function: functions['tasks/remediate'],
    timing: tasks.remediate,
    send: ['runId'],
    answer: 'empty',
  });
  const remediateFallback = fallback(scope, 'RemediateFallback', {
    function: functions['tasks/remediate-fallback'],
    timing: tasks.remediateFallback,
    send: ['runId'],
    answer: 'empty',
  });
  remediate.addCatch(remediateFallback, everything);
  remediateFallback.addCatch(notRecorded(scope, 'RemediationNotRecorded'), everythingUnseen);

  const summarise = task(scope, 'Summarise', {
    function: functions['tasks/summarise'],
    timing: tasks.summarise,
    send: ['runId'],
    answer: 'empty',
  });
  const summariseFallback = fallback(scope, 'SummariseFallback', {
    function: functions['tasks/summarise-fallback'],
    timing: tasks.summariseFallback,
    send: ['runId'],
    answer: 'empty',
  });
  summarise.addCatch(summariseFallback, everything);
  summariseFallback.addCatch(notRecorded(scope, 'SummaryNotRecorded'), everythingUnseen);

  const parts = new Parallel(scope, 'Parts', { resultPath: JsonPath.DISCARD }).branch(sections, remediate);
  parts.addCatch(summarise, everythingUnseen);
  return DefinitionBody.fromChainable(chooseSections.next(parts).next(summarise));
}
