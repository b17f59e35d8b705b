/** A function that dies in a run with a model is run again: no call that the ledger holds is repeated, and the report is the one without the death. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../lib/contract/report.ts';
import type { Kill } from '../faults/kill-plan.ts';
import { openKilling, repeated } from '../faults/killing.ts';
import { type Lane, laneOf, openLanes } from '../faults/lanes.ts';
import { expectNoDoubles } from '../support/doubles.ts';
import { essence } from '../support/same-report.ts';
import { makeFolder } from '../support/stack.ts';
import { openPlay } from './play.ts';

/** A busy machine starts a process in seconds, and most tests wait for a lane first. */
const patience = 180_000;
const example = resolve(import.meta.dirname, '..', '..', 'examples', 'harbour-clinic');
const files = Object.fromEntries(
  readdirSync(example, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((path) => [relative(example, path), readFileSync(path, 'utf8')]),
);

const { tested, play } = await openPlay({
  timeScale: 0.2,
  folders: ['one', 'two'].map((name) => makeFolder(files, name)),
  linesToSources: true,
});
const { killer } = await openKilling(tested);

interface JudgedLane extends Lane {
  readonly undisturbed: Report;
}
const lanes: JudgedLane[] = [];
// One after the other: the endpoint plays for all.
for (const sources of tested.sources) lanes.push({ ...laneOf(sources), undisturbed: await play('good', { sources }) });
const free = openLanes(lanes);

/** Every stage that asks a model, early, in the middle and late: at a write to a socket, or just before its answer. */
const writes: Readonly<Record<string, readonly number[]>> = {
  'tasks/plan': [9, 14],
  'tasks/extract': [14, 30, 45, 57],
  'tasks/assess': [7, 13],
  'tasks/write-section': [8],
  'tasks/remediate': [8],
  'tasks/summarise': [8],
};
const points = Object.entries(writes).flatMap(([path, counts]) => [
  ...counts.map((count) => ({ path, point: { at: 'write', count } as const })),
  { path, point: { at: 'answer' } as const },
]);
const kills = points.map(({ path, point }, index): Kill => ({ index, path, call: index % 2, point, as: 'host', again: null }));

describe('a function that is killed in a run with a model', () => {
  test.concurrent.for(kills)('$index: $path, call $call, at $point', { timeout: patience }, (kill, { expect }) =>
    free.take(async (lane) => {
      const only = ['tasks/plan', 'tasks/extract', 'tasks/remediate', 'tasks/summarise'].includes(kill.path);
      const { interfere, deaths } = killer(only ? { ...kill, call: 0 } : kill, lane);
      const run = await tested.start({ sources: lane.sources, mode: 'model', interfere });
      const { report } = await tested.finish(run, { polled: true });
      expect(deaths).toHaveLength(1);
      expect(repeated(deaths, lane)).toEqual([]);
      await expectNoDoubles(tested, run.runId);
      expect(essence(report)).toEqual(essence(lane.undisturbed));
    }),
  );

  test('the run that nothing befell was worth comparing with', () => {
    for (const { undisturbed } of lanes) {
      expect(undisturbed).toMatchObject({ degraded: [], run: { outcome: 'complete', mode: 'model' } });
      expect(undisturbed.findings.filter(({ origin }) => origin.kind === 'model').length).toBeGreaterThan(0);
    }
  });
});
