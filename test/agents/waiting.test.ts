/** Models that take their time: no step waits longer than it may, and what came in time is used. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../lib/contract/report.ts';
import { expectNothingRaised, openPlay } from './play.ts';

/** A minute becomes 3 s. */
const timeScale = 0.05;
const { play, checksOnly } = await openPlay({ timeScale });

let checks: Report;
beforeAll(async () => {
  checks = await checksOnly();
});

/** Plan, extraction and assessment one after the other, then the report stage, compare and finalise, in seconds (docs/architecture.md). */
const LONGEST = (75 + 300 + 75 + 180 + 30 + 60) * timeScale;

describe('a model that', () => {
  test.each(['hanging', 'dripping', 'late', 'cut', 'failing', 'ratelimited'])(
    'is %s: every step is given up in time and the checks have their say',
    { timeout: 120_000 },
    async (part) => {
      const from = performance.now();
      const report = await play(part);
      expect((performance.now() - from) / 1000).toBeLessThan(LONGEST);
      expectNothingRaised(report, checks);
      expect(report.findings.length).toBe(checks.findings.length);
      expect(report.degraded.length).toBeGreaterThan(0);
      expect(report.degraded.map(({ reason }) => reason).filter((reason) => /^It did not finish/.test(reason))).toEqual([]);
      expect(report.summary.origin).not.toBe('model');
      expect(report.score?.low).toBe(checks.score?.low);
    },
  );

  test('is slow, and inside its limit: it is waited for', { timeout: 120_000 }, async () => {
    const report = await play('slow');
    expect(report.degraded).toEqual([]);
    expect(report.summary.origin).toBe('model');
    expectNothingRaised(report, checks);
  });

  test('hangs in the report stage alone: the sections are made of the figures', { timeout: 120_000 }, async () => {
    const report = await play('good,section=hanging,remediation=hanging,summary=hanging');
    expect(report.sections.map(({ prose }) => prose.origin)).toEqual(Array(4).fill('fallback'));
    expect(report.degraded.filter(({ step }) => !/^(section|remediate|summarise)/.test(step))).toEqual([]);
  });
});
