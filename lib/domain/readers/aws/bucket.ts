/** A bucket, from what AWS answers of it in one call. */
import type { Place } from '../../positioned-json.ts';
import type { Fact, SourceRecord } from '../../records.ts';
import { flagFact, memberAt, record } from '../reader.ts';
import type { AwsEntry } from './answer.ts';

const EVERYBODY = /\/global\/(?:AllUsers|AuthenticatedUsers)$/;

/** The bucket that the commands name; `entries` are those of this bucket and of the account. */
export function bucketOf(name: string, entries: readonly AwsEntry[]): SourceRecord<'bucket'> {
  const of = (command: string): AwsEntry | undefined => entries.find((entry) => entry.command.startsWith(`aws ${command} `));
  const blocks = [of('s3control get-public-access-block'), of('s3api get-public-access-block')];
  const policy = door(policyIsPublic(of('s3api get-bucket-policy-status')), blocked(blocks, 'RestrictPublicBuckets'));
  const acl = door(aclIsPublic(of('s3api get-bucket-acl')), blocked(blocks, 'IgnorePublicAcls'));
  const [first] = entries.filter(({ command }) => command.includes(' --bucket ')).map(({ named }) => named);
  const place = first ?? { start: 0, end: 0 };
  return record(
    'bucket',
    place,
    { id: name, resource: `bucket ${name}` },
    {
      name: first === undefined ? undefined : { value: name, start: first.start, end: first.end },
      isPublic: isPublic(policy, acl),
      isEncrypted: isEncrypted(of('s3api get-bucket-encryption')),
      isVersioned: undefined,
    },
  );
}

type Flag = Fact<boolean> | undefined;

/** Open where it lets everybody in and nothing blocks it; closed where it does not, or is blocked; else nobody can tell. */
function door(open: Flag, block: Flag): Flag {
  if (block?.value === true) return { ...block, value: false };
  if (open?.value === false) return open;
  return block === undefined ? undefined : open;
}

/** One open door is enough; closed are only both. */
function isPublic(policy: Flag, acl: Flag): Flag {
  if (policy?.value === true) return policy;
  if (acl?.value === true) return acl;
  if (policy === undefined || acl === undefined) return undefined;
  return { value: false, start: Math.min(policy.start, acl.start), end: Math.max(policy.end, acl.end) };
}

/** The account's block counts as the bucket's own. */
function blocked(blocks: readonly (AwsEntry | undefined)[], flag: string): Flag {
  const flags = blocks.map((entry) => {
    if (entry?.errorCode?.value === 'NoSuchPublicAccessBlockConfiguration') return said(false, entry.errorCode);
    return entry?.result ? flagFact(entry.result, 'PublicAccessBlockConfiguration', flag) : undefined;
  });
  return flags.find((one) => one?.value === true) ?? (flags.includes(undefined) ? undefined : flags[0]);
}

function policyIsPublic(entry: AwsEntry | undefined): Flag {
  if (entry?.errorCode?.value === 'NoSuchBucketPolicy') return said(false, entry.errorCode);
  return entry?.result ? flagFact(entry.result, 'PolicyStatus', 'IsPublic') : undefined;
}

function aclIsPublic(entry: AwsEntry | undefined): Flag {
  const grants = entry?.result ? memberAt(entry.result, 'Grants') : undefined;
  if (grants?.value.kind !== 'array') return undefined;
  const everybody = grants.value.items
    .map((grant) => memberAt(grant, 'Grantee', 'URI'))
    .find((uri) => uri?.value.kind === 'string' && EVERYBODY.test(uri.value.value));
  return everybody === undefined ? said(false, grants) : said(true, everybody);
}

function isEncrypted(entry: AwsEntry | undefined): Flag {
  if (entry?.errorCode?.value === 'ServerSideEncryptionConfigurationNotFoundError') return said(false, entry.errorCode);
  const rules = entry?.result ? memberAt(entry.result, 'ServerSideEncryptionConfiguration', 'Rules') : undefined;
  return rules?.value.kind === 'array' ? said(rules.value.items.length > 0, rules) : undefined;
}

const said = (value: boolean, { start, end }: Place): Fact<boolean> => ({ value, start, end });
