/** What `call_aws` shows of an account: what there is from the commands that list, and the rest from those that name one thing. */
import type { RecordKind, SourceRecord } from '../../records.ts';
import { type Args, derivedFact, flagFact, numberFact, record, type ToolReader, textFact } from '../reader.ts';
import { type AwsEntry, awsEntries, itemsOf, wholeResult } from './answer.ts';
import { bucketOf } from './bucket.ts';
import { userOf } from './user.ts';

function read(text: string, args: Args): readonly SourceRecord[] {
  const entries = awsEntries(text, args);
  return [
    ...entries.flatMap(listed),
    ...named(entries, '--bucket').map((name) =>
      bucketOf(
        name,
        entries.filter((entry) => isAbout(entry, '--bucket', name)),
      ),
    ),
    ...named(entries, '--user-name').map((name) =>
      userOf(
        name,
        entries.filter((entry) => argument(entry, '--user-name') === name),
      ),
    ),
    ...named(entries, '--trail-name-list').flatMap((arn) => trailOf(arn, entries)),
  ];
}

/** What comes after an option: names that need quoting are never asked for. */
const argument = ({ command }: AwsEntry, option: string): string | undefined => command.split(`${option} `)[1]?.split(' ')[0];

const named = (entries: readonly AwsEntry[], option: string): readonly string[] => [
  ...new Set(entries.flatMap((entry) => argument(entry, option) ?? [])),
];

/** The account's own settings speak about each of its things. */
const isAbout = (entry: AwsEntry, option: string, name: string): boolean =>
  argument(entry, option) === name || entry.command.includes(' --account-id ');

function listed(entry: AwsEntry): readonly SourceRecord[] {
  switch (entry.command.replace(/ --region .*$/, '')) {
    case 'aws s3api list-buckets':
      return itemsOf(wholeResult(entry), 'Buckets').map((item) => {
        const name = textFact(item, 'Name');
        return record(
          'bucket',
          item,
          { id: name?.value ?? '', resource: `bucket ${name?.value ?? ''}` },
          {
            ...{ name, isPublic: undefined, isEncrypted: undefined, isVersioned: undefined },
          },
        );
      });
    case 'aws iam list-users':
      return itemsOf(wholeResult(entry), 'Users').map((item) => {
        const name = textFact(item, 'UserName');
        return record(
          'cloud-user',
          item,
          { id: name?.value ?? '', resource: `user ${name?.value ?? ''}` },
          {
            ...{ name, hasPassword: undefined, hasMfa: undefined, keyCreatedAt: undefined, lastUsedAt: undefined },
          },
        );
      });
    case 'aws cloudtrail describe-trails':
      return itemsOf(wholeResult(entry), 'trailList').map((item) =>
        trail(item, textFact(item, 'TrailARN')?.value ?? '', undefined),
      );
    case 'aws iam get-account-summary':
      return [rootOf(entry)];
    case 'aws ec2 get-ebs-encryption-by-default':
      return [volumesOf(entry)];
    default:
      return [];
  }
}

type Item = Parameters<typeof textFact>[0];

const trail = (item: Item, arn: string, status: Item | undefined): SourceRecord<'audit-log'> =>
  record(
    'audit-log',
    item,
    { id: arn, resource: `trail ${arn}` },
    {
      name: textFact(item, 'Name'),
      isLogging: status === undefined ? undefined : flagFact(status, 'IsLogging'),
      coversAllRegions: flagFact(item, 'IsMultiRegionTrail'),
    },
  );

function trailOf(arn: string, entries: readonly AwsEntry[]): readonly SourceRecord[] {
  const described = entries.find((entry) => argument(entry, '--trail-name-list') === arn)?.result;
  const status = entries.find((entry) => argument(entry, '--name') === arn)?.result ?? undefined;
  return (described ? itemsOf(described, 'trailList') : [])
    .filter((item) => textFact(item, 'TrailARN')?.value === arn)
    .map((item) => trail(item, arn, status));
}

function rootOf(entry: AwsEntry): SourceRecord<'root-account'> {
  const summary = wholeResult(entry);
  return record(
    'root-account',
    summary,
    { id: 'root', resource: 'root account' },
    {
      accessKeys: numberFact(summary, 'SummaryMap', 'AccountAccessKeysPresent'),
      hasMfa: derivedFact(numberFact(summary, 'SummaryMap', 'AccountMFAEnabled'), (count) => count > 0),
    },
  );
}

/** A region that could not be asked is a default that is not known. */
function volumesOf({ command, named: { start, end }, result }: AwsEntry): SourceRecord<'encryption-default'> {
  const region = command.split('--region ')[1] ?? 'the default region';
  return record(
    'encryption-default',
    { start, end },
    { id: region, resource: `volumes in ${region}` },
    {
      name: { value: region, start, end },
      isEnabled: result === null ? undefined : flagFact(result, 'EbsEncryptionByDefault'),
    },
  );
}

/** By the command that lists it, and the option that names one: a count of buckets over a list of users would be a count of nothing. */
const listedBy: readonly (readonly [RecordKind, string, string])[] = [
  ['bucket', 'aws s3api list-buckets', '--bucket'],
  ['cloud-user', 'aws iam list-users', '--user-name'],
  ['audit-log', 'aws cloudtrail describe-trails', '--trail-name-list'],
  ['root-account', 'aws iam get-account-summary', ''],
  ['encryption-default', 'aws ec2 get-ebs-encryption-by-default', ''],
];

const kinds = (args: Args): readonly RecordKind[] => {
  const commands = [args['cli_command']].flat().map(String);
  return listedBy.flatMap(([kind, list, option]) =>
    commands.some((command) => command.startsWith(list) || (option !== '' && command.includes(` ${option} `))) ? [kind] : [],
  );
};

export const aws: Readonly<Record<string, ToolReader>> = { call_aws: { kinds, read } };
