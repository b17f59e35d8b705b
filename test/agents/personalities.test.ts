/** Whatever the model is, at every stage: the run ends in a report that holds, and no word of a model stands for a verdict. */
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { stages } from '../../eval/endpoint/asked.ts';
import { readExample } from '../../eval/expectations.ts';
import { readVerdicts } from '../../eval/verdicts.ts';
import type { Report } from '../../lib/contract/report.ts';
import { makeFolder, smallRepository } from '../support/stack.ts';
import { expectNothingRaised, openPlay } from './play.ts';

const clinic = new URL('../../examples/harbour-clinic/', import.meta.url).pathname;
const pages = readdirSync(clinic, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.md'));
const documents = Object.fromEntries(pages.map((path) => [path, readFileSync(clinic + path, 'utf8')]));
const expected = readExample('harbour-clinic');

/** Something passes, something fails, and documents that no check reads. */
const folder = makeFolder({ ...smallRepository, ...documents });
const { play, checksOnly, endpoint } = await openPlay({ folders: [folder] });

let checks: Report;
beforeAll(async () => {
  checks = await checksOnly();
});

const raisedBy = ({ findings }: Report) => findings.filter(({ origin }) => origin.kind === 'model');
const stepsOf = ({ degraded }: Report) => new Set(degraded.map(({ step }) => step.split('/')[0]));
const every = new Set(['assess', 'extract', 'plan', 'remediate', 'section', 'summarise']);

describe('a good model', () => {
  let report: Report;
  beforeAll(async () => {
    report = await play('good');
  });

  test('sees what no check reads, and shows where', () => {
    expect(readVerdicts(report, expected).filter(({ isRight }) => !isRight)).toEqual([]);
    expectNothingRaised(report, checks);
  });

  test('is asked at every stage, and its prose is printed', () => {
    for (const stage of stages) expect(endpoint.counts().byStage[stage], stage).toBeGreaterThan(0);
    expect(report.summary.origin).toBe('model');
    expect(report.sections.map(({ prose }) => prose.origin)).toContain('model');
    expect(report.degraded).toEqual([]);
    expect(report.run).toMatchObject({ mode: 'model', model: 'scripted', outcome: 'complete' });
  });
});

describe('a model that answers, and badly', () => {
  test('with nothing: what checks find is reported as ever', async () => {
    const report = await play('lazy');
    expectNothingRaised(report, checks);
    expect(raisedBy(report)).toEqual([]);
    expect(report.run.outcome).toBe('complete');
  });

  test.each(['wrong', 'malicious'])('%s: what does not hold is withheld and listed', async (part) => {
    const report = await play(part);
    expectNothingRaised(report, checks);
    expect(report.withheld.length).toBeGreaterThan(0);
    const printed = JSON.stringify({ ...report, withheld: [], evidence: [], toolCalls: [] });
    expect(printed).not.toMatch(/<script|javascript:|evil\.example|Fancy Bear|Deloitte|PatchMaster|4,711|2031-04-01|ZZ\.99-99/);
  });
});

describe('a model that answers nothing usable', () => {
  test.each(['malformed', 'otherwise', 'truncated', 'refusing', 'filtered', 'locked'])(
    '%s: every step says so, and the report is that of the checks',
    async (part) => {
      const report = await play(part);
      expectNothingRaised(report, checks);
      expect(raisedBy(report)).toEqual([]);
      expect(stepsOf(report)).toEqual(every);
      expect(report.summary.origin).not.toBe('model');
    },
  );

  test.each(['malformed-once', 'otherwise-once', 'flaky'])('%s: asked again, it answers', async (part) => {
    const report = await play(part);
    expect(report.degraded).toEqual([]);
    expect(readVerdicts(report, expected).filter(({ isRight }) => !isRight)).toEqual([]);
  });
});

describe('one stage alone', () => {
  const steps = {
    plan: 'plan',
    extraction: 'extract',
    assessment: 'assess',
    section: 'section',
    remediation: 'remediate',
    summary: 'summarise',
  };

  test.each(stages)('%s refused: that step is degraded, and no other', async (stage) => {
    const report = await play(`good,${stage}=refusing`);
    expect(stepsOf(report)).toEqual(new Set([steps[stage]]));
    expectNothingRaised(report, checks);
    expect(readVerdicts(report, expected).every(({ isRight }) => isRight)).toBe(stage !== 'assessment');
  });

  test.each(stages)('%s wrong, or under orders: nothing of it is a verdict', async (stage) => {
    expectNothingRaised(await play(`good,${stage}=wrong`), checks);
    expectNothingRaised(await play(`good,${stage}=malicious`), checks);
  });
});
