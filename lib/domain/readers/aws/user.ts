/** An IAM user, from what AWS answers of them in one call. */
import type { JsonValue, Place } from '../../positioned-json.ts';
import type { Fact, SourceRecord } from '../../records.ts';
import { memberAt, record, textFact, timeFact } from '../reader.ts';
import type { AwsEntry } from './answer.ts';

export function userOf(name: string, entries: readonly AwsEntry[]): SourceRecord<'cloud-user'> {
  const of = (command: string): AwsEntry | undefined => entries.find((entry) => entry.command.startsWith(`aws ${command} `));
  const { start, end } = entries[0]?.named ?? { start: 0, end: 0 };
  const resource = `user ${name}`;
  return record(
    'cloud-user',
    { start, end },
    { id: name, resource },
    {
      name: { value: name, start, end },
      hasPassword: hasPassword(of('iam get-login-profile')),
      hasMfa: hasMfa(of('iam list-mfa-devices')),
      keyCreatedAt: oldestKey(of('iam list-access-keys')),
      lastUsedAt: undefined,
    },
  );
}

function hasPassword(entry: AwsEntry | undefined): Fact<boolean> | undefined {
  if (entry?.errorCode?.value === 'NoSuchEntity') return said(false, entry.errorCode);
  const profile = entry?.result ? memberAt(entry.result, 'LoginProfile') : undefined;
  return profile === undefined ? undefined : said(true, profile);
}

function hasMfa(entry: AwsEntry | undefined): Fact<boolean> | undefined {
  const devices = entry?.result ? memberAt(entry.result, 'MFADevices') : undefined;
  return devices?.value.kind === 'array' ? said(devices.value.items.length > 0, devices) : undefined;
}

/** Of the active keys; null where there is none, missing where one has no date. */
function oldestKey(entry: AwsEntry | undefined): Fact<string | null> | undefined {
  const keys = entry?.result ? memberAt(entry.result, 'AccessKeyMetadata') : undefined;
  if (keys?.value.kind !== 'array') return undefined;
  const active = keys.value.items.filter((key: JsonValue) => textFact(key, 'Status')?.value !== 'Inactive');
  if (active.length === 0) return said(null, keys);
  const dates = active.flatMap((key) => timeFact(key, 'CreateDate') ?? []);
  if (dates.length < active.length) return undefined;
  return dates.reduce((oldest, date) => (Date.parse(date.value) < Date.parse(oldest.value) ? date : oldest));
}

const said = <V extends boolean | null>(value: V, { start, end }: Place): Fact<V> => ({ value, start, end });
