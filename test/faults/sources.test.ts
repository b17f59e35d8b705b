import { describe, expect, test } from 'vitest';
import type { RunEventBody } from '../../lib/contract/events.ts';
import type { Report } from '../../lib/contract/report.ts';
import { deepRepository, makeFolder, smallRepository, testStack, wideRepository } from '../support/stack.ts';

const folders = {
  sound: smallRepository,
  down: smallRepository,
  hung: smallRepository,
  killed: wideRepository,
  stalled: wideRepository,
  cut: deepRepository,
};
// Twenty seconds for a tool call become two, 300 for a source become 30.
const { start, finish, sources } = await testStack({
  timeScale: 0.1,
  folders: Object.entries(folders).map(([name, files]) => makeFolder(files, name)),
});
const [sound = [], down = [], hung = [], killed = [], stalled = [], cut = []] = sources;
const serverOf = (folder: typeof sound) => {
  const [source] = folder;
  if (source === undefined) throw new Error('no source');
  return source.bridge;
};

const isCall = (tool: string) => (event: RunEventBody) => event.type === 'TOOL_CALL_START' && event.toolCallName.endsWith(tool);
const isRead = isCall('read_text_file');
const isListing = isCall('list_directory_with_sizes');
const reasons = ({ gaps }: Report) => gaps.map(({ reason }) => reason).join(' ');

/** What holds when no file was read: no verdict, no finding, no statement that something is missing. */
function expectNothingAssessed(report: Report): void {
  expect(report.run.outcome).toBe('failed');
  expect(report.score).toBeNull();
  expect(report.findings).toEqual([]);
  expect(new Set(report.controls.map(({ status }) => status))).toEqual(new Set(['not-assessed']));
}

describe('a source that fails becomes a gap with its cause, and the run still ends in a report', () => {
  test('nothing fails: the run is complete, and finds what is planted', async () => {
    const { report } = await finish(await start({ sources: sound }));
    expect(report.run.outcome).toBe('complete');
    expect([report.gaps, report.degraded]).toEqual([[], []]);
    expect(report.findings.map(({ origin }) => (origin.kind === 'check' ? origin.id : ''))).toContain('actions-pinned');
    expect(report.population).toEqual([expect.objectContaining({ what: 'files', count: 5, complete: true })]);
  });

  test('it is down from the start: nothing is assessed, nothing is made up', async () => {
    await serverOf(down).stop();
    const { report, events } = await finish(await start({ sources: down }));
    expectNothingAssessed(report);
    expect(reasons(report)).toMatch(/down files could not be reached at connect \(ECONNREFUSED\)/);
    expect(events.at(-1)?.event.type).toBe('RUN_ERROR');
  });

  test('it hangs from the start: the report says that it did not answer in time', async () => {
    process.kill(-serverOf(hung).pid, 'SIGSTOP');
    const { report } = await finish(await start({ sources: hung }));
    expectNothingAssessed(report);
    expect(reasons(report)).toMatch(/hung files did not answer connect in time/);
  });

  test('it is killed while files are read: what was read is judged, the rest is unknown', async () => {
    const { report } = await finish(await start({ sources: killed }), {
      onEvent: (event) => isRead(event) && serverOf(killed).kill(),
    });
    expectPart(report);
    expect(reasons(report)).toMatch(/killed files (broke off|could not be reached) at read_text_file/);
  });

  test('it hangs while files are read: likewise', async () => {
    const { report } = await finish(await start({ sources: stalled }), {
      onEvent: (event) => isRead(event) && process.kill(-serverOf(stalled).pid, 'SIGSTOP'),
    });
    expectPart(report);
    expect(reasons(report)).toMatch(/stalled files did not answer read_text_file in time/);
  });

  test('it is killed while folders are listed: nothing is said to be missing', async () => {
    let listings = 0;
    const { report } = await finish(await start({ sources: cut }), {
      onEvent: (event) => {
        if (isListing(event)) listings += 1;
        if (listings === 4) serverOf(cut).kill();
      },
    });
    expectPart(report);
    expect(report.population).toEqual([expect.objectContaining({ complete: false })]);
    expect(report.evidence.filter(({ kind }) => kind === 'population')).toEqual([]);
    expect(report.coverage.satisfied).toBe(0);
  });

  test('one of two is down: the other is assessed as it would be alone', async () => {
    const { report } = await finish(await start({ sources: [...sound, ...down] }));
    expect(report.run.outcome).toBe('partial');
    expect(report.gaps).toHaveLength(1);
    expect(report.gaps[0]?.source).toBe('down files');
    expect(report.findings.length).toBeGreaterThan(0);
    expect(report.population).toContainEqual(expect.objectContaining({ source: 'sound files', count: 5, complete: true }));
  });
});

/** One gap, of the source that failed, and its step marked as degraded. */
function expectPart(report: Report): void {
  expect(report.run.outcome).toBe('partial');
  expect(report.gaps).toHaveLength(1);
  expect(report.degraded.map(({ step }) => step)).toEqual([expect.stringMatching(/^extract\//)]);
  expect(report.counts.checksUnknown).toBeGreaterThan(0);
}
