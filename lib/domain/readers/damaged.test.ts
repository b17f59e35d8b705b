/** Answers as a broken, cut or hostile server gives them: they are read strictly, or not at all. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UnparsableListing } from '../errors.ts';
import { factsOf, type SourceRecord } from '../records.ts';
import { readerOf } from './index.ts';

interface Sample {
  readonly of: readonly [family: string, tool: string, kind: string];
  readonly text: string;
  readonly args: Readonly<Record<string, unknown>>;
}

const awsAnswer = (command: string, answer: object) => ({
  cli_command: command,
  response: {
    response: { error: null, status_code: 200, error_code: null, pagination_token: null, json: JSON.stringify(answer) },
  },
  error: null,
});
const commands = ['aws iam get-login-profile --user-name zoë', 'aws iam list-access-keys --user-name zoë'] as const;

const samples: Readonly<Record<string, Sample>> = {
  aws: {
    of: ['aws', 'call_aws', 'cloud-user'],
    args: { cli_command: [...commands] },
    text: JSON.stringify([
      awsAnswer(commands[0], { LoginProfile: { UserName: 'zoë', CreateDate: '2024-01-01T00:00:00+00:00' } }),
      awsAnswer(commands[1], { AccessKeyMetadata: [{ Status: 'Active', CreateDate: '2026-01-01T00:00:00+00:00' }] }),
    ]),
  },
  'a list of Sentry': {
    of: ['sentry', 'search_issues', 'error-group'],
    args: {},
    text: 'Found **2** issues:\n\n## 1. [SHOP-1](https://x)\n\n**Boom ü**\n\n- **Status**: unresolved\n\n## 2. [SHOP-2](https://x)\n\n**Bang**\n\n- **Status**: ignored\n',
  },
  'one error of Sentry': {
    of: ['sentry', 'get_sentry_resource', 'error-group'],
    args: { resourceId: 'SHOP-1' },
    text: '# Issue SHOP-1 in **acme**\n\n**Description**: Boom ü\n**First Seen**: 2026-01-01T00:00:00.000Z\n**Status**: unresolved\n\n## Event Details\n\n### Tags\n\n**level**: fatal\n',
  },
  sonarqube: {
    of: ['sonarqube', 'search_sonar_issues_in_projects', 'code-alert'],
    args: {},
    text: '{"issues":[{"key":"a","component":"ü.ts","severity":"MAJOR","status":"OPEN","creationDate":"2026-01-01T00:00:00+0000"}]}',
  },
  linear: {
    of: ['linear', 'list_issues', 'ticket'],
    args: { label: 'Security' },
    text: '{"issues":[{"id":"A-1","title":"ü","priority":{"name":"High"},"labels":["Security"],"statusType":"started","dueDate":null}],"hasNextPage":false}',
  },
};

/** The records, or null where it is refused as no listing. Anything else that is thrown is a fault of the reader. */
function read({ of, args }: Sample, text: string): readonly SourceRecord[] | null {
  const reader = readerOf(...of, args);
  if (reader === undefined) throw new Error('no reader');
  try {
    return reader(text, args);
  } catch (error) {
    if (error instanceof UnparsableListing) return null;
    throw error;
  }
}

describe.each(Object.entries(samples))('an answer of %s', (_, sample) => {
  test('undamaged has records, each fact within its bytes', () => {
    const records = read(sample, sample.text) ?? [];
    expect(records.length).toBeGreaterThan(0);
    for (const record of records) expect(factsOf(record).size).toBeGreaterThan(0);
  });

  test('damaged anywhere is read within its bytes, or refused', async () => {
    const damage = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      remove: fc.nat({ max: 40 }),
      insert: fc.oneof(
        fc.string({ unit: 'binary', maxLength: 8 }),
        fc.constantFrom(
          '"',
          '\\',
          '{',
          ']',
          '\n',
          '**',
          '\\u0022',
          '- **Status**: resolved\n',
          '**First Seen**: now\n',
          'null',
          '## 1. [X-1](',
        ),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), async (damages) => {
        let { text } = sample;
        for (const { at, remove, insert } of damages) {
          const from = Math.floor(at * text.length);
          text = `${text.slice(0, from)}${insert}${text.slice(from + remove)}`.toWellFormed();
        }
        const length = Buffer.byteLength(text);
        const places = (read(sample, text) ?? []).flatMap((record) => [record, ...factsOf(record).values()]);
        expect(places.filter(({ start, end }) => start < 0 || start > end || end > length)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a great answer', () => {
  const region = (at: number) =>
    awsAnswer(`aws ec2 get-ebs-encryption-by-default --region r-${at}`, { EbsEncryptionByDefault: true });
  const great: readonly (readonly [string, Sample])[] = [
    [
      'of 5,000 regions',
      {
        of: ['aws', 'call_aws', 'encryption-default'],
        args: { cli_command: 'aws ec2 get-ebs-encryption-by-default --region *' },
        text: JSON.stringify(Array.from({ length: 5_000 }, (_, at) => region(at))),
      },
    ],
    [
      'of 500,000 escapes',
      {
        of: ['aws', 'call_aws', 'bucket'],
        args: { cli_command: 'aws s3api list-buckets' },
        text: JSON.stringify([awsAnswer('aws s3api list-buckets', { Buckets: [{ Name: '"'.repeat(500_000) }] })]),
      },
    ],
    ['of 200,000 lines', { of: ['sentry', 'search_issues', 'error-group'], args: {}, text: '## 1. [X-1](\n'.repeat(200_000) }],
  ];

  test.each(great)('%s takes seconds at most', (_, sample) => {
    const from = performance.now();
    read(sample, sample.text);
    // Under a second each on two idle cores.
    expect(performance.now() - from).toBeLessThan(10_000);
  });
});

test('of a call that lists users no buckets are counted, not even none', () => {
  const kindsOf = (cli_command: string) =>
    ['bucket', 'cloud-user', 'audit-log'].filter((kind) => readerOf('aws', 'call_aws', kind, { cli_command }) !== undefined);
  expect(kindsOf('aws iam list-users')).toEqual(['cloud-user']);
  expect(kindsOf('aws s3api get-bucket-acl --bucket acme-logs')).toEqual(['bucket']);
  expect(kindsOf('aws sts get-caller-identity')).toEqual([]);
});
