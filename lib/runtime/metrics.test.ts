import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { useEnvironment } from './config.ts';
import { forgetMetrics, measure } from './metrics.ts';

afterAll(() => {
  useEnvironment({});
  forgetMetrics();
});

async function withSettings(settings: Readonly<Record<string, string>>): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'assay-metrics-')), 'assay.log');
  useEnvironment({ LOG_FILE: file, ...settings });
  forgetMetrics();
  return file;
}

describe('metrics', () => {
  test('are lines that CloudWatch reads: unit, stage, one more dimension, and the run beside them', async () => {
    const file = await withSettings({ METRICS_STAGE: 'dev' });
    measure('StepDuration', { value: 12, by: 'plan', runId: 'r1' });
    measure('RunsOverdue');
    const lines = await vi.waitFor(async () => {
      const text = (await readFile(file, 'utf8')).trimEnd().split('\n');
      expect(text).toHaveLength(2);
      return text.map((line): Record<string, unknown> => JSON.parse(line));
    });
    expect(lines[0]).toMatchObject({ service: 'assay', stage: 'dev', step: 'plan', StepDuration: 12, runId: 'r1' });
    expect(lines[0]?.['_aws']).toMatchObject({
      CloudWatchMetrics: [
        {
          Namespace: 'Assay',
          Dimensions: [['service', 'stage', 'step']],
          Metrics: [{ Name: 'StepDuration', Unit: 'Milliseconds' }],
        },
      ],
    });
    // What belongs to one line does not pass on to the next.
    expect(lines[1]).not.toHaveProperty('step');
    expect(lines[1]).toMatchObject({ RunsOverdue: 1, _aws: { CloudWatchMetrics: [{ Dimensions: [['service', 'stage']] }] } });
  });

  test.each([{}, { METRICS_STAGE: 'dev', LOG_LEVEL: 'silent' }])('are not written with %j', async (settings) => {
    const file = await withSettings(settings);
    measure('Gaps', { value: 3 });
    await new Promise(setImmediate);
    await expect(readFile(file, 'utf8')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('never get in the way: settings that are malformed throw nothing here', async () => {
    await withSettings({ METRICS_STAGE: 'No Stage' });
    expect(() => measure('Gaps')).not.toThrow();
    await new Promise(setImmediate);
  });
});
