import { describe, expect, test } from 'vitest';
import { testStack } from '../support/stack.ts';

// Ten seconds for a tool call become one, 300 for a source become 30.
const { stack, sources, start, finish } = await testStack({ timeScale: 0.1 });
const [files] = sources.sources;
if (files === undefined) throw new Error('no source');

describe('a source that fails becomes a gap with its cause, and the run still ends in a report', () => {
  test('nothing fails: the run is complete, and finds what is planted', async () => {
    const { report } = await finish(await start());
    expect(report.run.outcome).toBe('complete');
    expect(report.gaps).toEqual([]);
    expect(report.findings.map(({ origin }) => (origin.kind === 'check' ? origin.id : ''))).toContain('actions-pinned');
    expect(report.population).toEqual([expect.objectContaining({ what: 'files', count: 5, complete: true })]);
  });

  test('it hangs: every call runs into its limit, and the report says that it did not answer in time', async () => {
    process.kill(-files.bridge.pid, 'SIGSTOP');
    try {
      const { report } = await finish(await start());
      expect(report.run.outcome).toBe('failed');
      expect(report.score).toBeNull();
      expect(report.gaps.map(({ reason }) => reason).join(' ')).toMatch(/did not answer .* in time/);
    } finally {
      process.kill(-files.bridge.pid, 'SIGCONT');
    }
  });

  test('it is killed in the middle: what was read before is judged, absence is not stated', async () => {
    const assessment = await start();
    const seen = (async () => {
      for await (const { event } of assessment.events) {
        if (event.type === 'TOOL_CALL_START' && event.toolCallName.endsWith('read_text_file')) return;
      }
    })();
    await seen;
    files.bridge.kill();
    const { report } = await finish(assessment);
    expect(['partial', 'failed', 'complete']).toContain(report.run.outcome);
    if (report.run.outcome !== 'complete') expect(report.gaps[0]?.reason).toMatch(/broke off|could not be reached/);
  });

  test('it is down from the start: nothing is assessed, nothing is made up', async () => {
    files.bridge.kill();
    const { report, events } = await finish(await start());
    expect(report.run.outcome).toBe('failed');
    expect(report.score).toBeNull();
    expect(report.findings).toEqual([]);
    expect(report.controls.every(({ status }) => status === 'not-assessed')).toBe(true);
    expect(report.gaps[0]?.reason).toMatch(/could not be reached/);
    expect(events.at(-1)?.event.type).toBe('RUN_ERROR');
    expect(stack.api.url).toMatch(/^http:\/\/127/);
  });
});
