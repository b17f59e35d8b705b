import type { SourceRecords } from '../../../checks/check.ts';
import { UnparsableListing } from '../../../domain/errors.ts';
import { awsEntries, wholeResult } from '../../../domain/readers/aws/answer.ts';
import { textFact } from '../../../domain/readers/reader.ts';
import type { RecordKind } from '../../../domain/records.ts';
import { type CallTools, type LedgerCall, onlyBlock } from '../../tools.ts';
import type { CollectContext, Collected } from '../collected.ts';
import { detailsOf, listedIds } from '../details.ts';
import { type Answered, recordSet } from '../record-sets.ts';
import { type Shown, sourceRecords } from '../source-records.ts';

/** Things of one kind that are asked about one by one; what is beyond is listed, and stays unknown. */
const MAX_DETAILS = 500;

const run = (...commands: readonly string[]): LedgerCall => {
  const [command = ''] = commands;
  return { tool: 'call_aws', args: { cli_command: commands.length === 1 ? command : [...commands] } };
};

interface Part {
  readonly kind: RecordKind;
  readonly list: LedgerCall;
  /** What to ask of one thing: in one call, so that one answer says all of it. Null: its listing says all. */
  readonly details: ((id: string) => LedgerCall) | null;
  /** Names that a command may hold as they are. They come from the server, and nothing of it may add to a command. */
  readonly name: RegExp;
}

const parts = (account: string): readonly Part[] => [
  {
    kind: 'bucket',
    list: run('aws s3api list-buckets'),
    name: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    details: (bucket) =>
      run(
        `aws s3control get-public-access-block --account-id ${account}`,
        `aws s3api get-public-access-block --bucket ${bucket}`,
        `aws s3api get-bucket-policy-status --bucket ${bucket}`,
        `aws s3api get-bucket-acl --bucket ${bucket}`,
        `aws s3api get-bucket-encryption --bucket ${bucket}`,
      ),
  },
  {
    kind: 'cloud-user',
    list: run('aws iam list-users'),
    name: /^[\w+=.@][\w+=.@-]{0,63}$/,
    details: (user) =>
      run(
        `aws iam get-login-profile --user-name ${user}`,
        `aws iam list-mfa-devices --user-name ${user}`,
        `aws iam list-access-keys --user-name ${user}`,
      ),
  },
  {
    kind: 'audit-log',
    list: run('aws cloudtrail describe-trails'),
    name: /^arn:[a-z-]+:cloudtrail:[a-z0-9-]+:\d{12}:trail\/[\w.-]{3,128}$/,
    details: (arn) =>
      run(`aws cloudtrail describe-trails --trail-name-list ${arn}`, `aws cloudtrail get-trail-status --name ${arn}`),
  },
  { kind: 'root-account', list: run('aws iam get-account-summary'), name: /^$/, details: null },
  { kind: 'encryption-default', list: run('aws ec2 get-ebs-encryption-by-default --region *'), name: /^$/, details: null },
];

/**
 * Collects how an account is set up: by commands that read, which `call_aws` runs as it would run any. Nothing is asked of an account
 * other than the one that is assessed, whatever credentials the server has.
 */
export async function collectAwsConfiguration(call: CallTools, context: CollectContext): Promise<Collected<SourceRecords>> {
  const { accountId: account = '' } = context.scope;
  const all = parts(account);
  const problem = await otherAccount(call, account);
  if (problem !== null) return shown(context, Object.fromEntries(all.map(({ kind }) => [kind, { problem }])));
  const listings = await call(all.map(({ list }) => list));
  const sets = await Promise.all(
    all.map(async (part, index): Promise<readonly [RecordKind, ReturnType<typeof recordSet>]> => {
      const listed: Answered = { call: part.list, answer: listings[index] };
      const ids = listedIds('aws', part.kind, listed).filter((id) => part.name.test(id));
      const details = part.details === null ? [] : await detailsOf(call, ids.slice(0, MAX_DETAILS).map(part.details));
      const answers = [listed, ...details];
      return [part.kind, recordSet({ kind: part.kind, family: 'aws', asOf: context.asOf, note: null }, answers)];
    }),
  );
  return shown(context, Object.fromEntries(sets));
}

const shown = ({ asOf }: CollectContext, sets: Shown): Collected<SourceRecords> =>
  sourceRecords('cloud-configuration', asOf, sets);

/** Null where the server's credentials belong to the account; else why nothing more is asked. */
async function otherAccount(call: CallTools, account: string): Promise<string | null> {
  const asked = run('aws sts get-caller-identity');
  const [answer] = await call([asked]);
  const found = answer ? onlyBlock(answer) : { problem: 'no answer' };
  if ('problem' in found) return `The account could not be asked for: ${found.problem}`;
  try {
    const [entry] = awsEntries(found.block.text, asked.args);
    const actual = entry === undefined ? undefined : textFact(wholeResult(entry), 'Account')?.value;
    return actual === account ? null : 'The credentials of the server belong to another account';
  } catch (error) {
    if (error instanceof UnparsableListing) return `The account could not be asked for: ${error.message}`;
    throw error;
  }
}
