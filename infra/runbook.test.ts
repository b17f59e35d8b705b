/** Whoever is woken by an alarm finds what to do, and nothing in the runbook is of an alarm that is no more. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { at, synthesised } from './testing.ts';

const stages = { dev: synthesised({ stage: 'dev' }), prod: synthesised({ stage: 'prod' }) };
const text = readFileSync('docs/runbook.md', 'utf8');
const entries = text
  .split(/^## /m)
  .slice(1)
  .map((entry) => ({ anchor: entry.split('\n', 1)[0] ?? '', entry }));

/** The anchors that the alarms of a stage name. */
const named = (stage: keyof typeof stages): (string | undefined)[] =>
  stages[stage]
    .ofType('AWS::CloudWatch::Alarm')
    .map((found) => / docs\/runbook\.md#([a-z-]+)$/.exec(String(at(found, 'AlarmDescription')))?.[1]);

describe('the runbook', () => {
  test('has an entry for every alarm of both stages, and an alarm for every entry', () => {
    const wanted = new Set([...named('dev'), ...named('prod')]);
    expect(wanted).not.toContain(undefined);
    expect(wanted).toEqual(new Set(entries.map(({ anchor }) => anchor)));
  });

  test.each(entries)('$anchor says what it means, what users see, how to look, mend and verify', ({ entry }) => {
    for (const part of ['Means', 'Users see', 'Look', 'Mend', 'Verify']) expect(entry).toContain(`**${part}`);
  });

  test.each(entries)('$anchor stands in the table, with the stages that have it', ({ anchor }) => {
    const [row] = new RegExp(`^\\| \\[${anchor}\\]\\(#${anchor}\\) .*$`, 'm').exec(text) ?? [];
    const has = named('dev').includes(anchor) ? 'both' : 'prod only';
    expect(row?.split('|').map((cell) => cell.trim())[2]).toBe(has);
  });
});

test('a query of the runbook looks for what the program writes', () => {
  const source = globSync('{lib,functions}/**/*.ts', { exclude: ['**/*.test.ts'] })
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const literals = [...text.matchAll(/(?:function|message|status) = "([^"]+)"/g)].map(([, literal]) => literal);
  const counted = [...text.matchAll(/ispresent\(([A-Z]\w+)\)|filter ([A-Z]\w+) =/g)].map(
    ([, present, equal]) => present ?? equal,
  );
  expect([literals.length, counted.length].every((count) => count > 5)).toBe(true);
  expect(literals.filter((literal) => !source.includes(`'${literal}'`))).toEqual([]);
  expect(counted.filter((metric) => !source.includes(`measure('${metric}'`))).toEqual([]);
});

test('alarms but those that guard a release tell the topic, when they go off and when they are over', () => {
  for (const stage of Object.values(stages)) {
    const symptoms = stage.ofType('AWS::CloudWatch::Alarm').filter(({ stack }) => stack === 'observability');
    expect(symptoms.length).toBeGreaterThan(10);
    for (const found of symptoms)
      expect([at(found, 'AlarmActions'), at(found, 'OKActions')]).toEqual(Array(2).fill([{ Ref: expect.any(String) }]));
    const [policy] = stage.ofType('AWS::SNS::TopicPolicy');
    expect(JSON.stringify(policy?.properties)).toContain('cloudwatch.amazonaws.com');
  }
});

test('an e-mail address, or a topic of one’s own, is told', () => {
  const mailed = synthesised({ stage: 'dev', context: { alarmEmail: 'ops@example.com' } });
  expect(mailed.ofType('AWS::SNS::Subscription').map((found) => at(found, 'Endpoint'))).toEqual(['ops@example.com']);
  const alarmTopicArn = 'arn:aws:sns:us-east-1:123456789012:on-call';
  const own = synthesised({ stage: 'dev', context: { alarmTopicArn } });
  expect(own.ofType('AWS::SNS::Topic')).toEqual([]);
  for (const found of own.ofType('AWS::CloudWatch::Alarm')) expect(at(found, 'AlarmActions')).toEqual([alarmTopicArn]);
});
