/** The AWS API MCP server over an account of literals: `call_aws` with the arguments and answers of awslabs.aws-api-mcp-server 1.5.6. */
import { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { type Served, said, serveMcp } from './serve.ts';

/** Made by `failed`: what AWS refuses, in its own word. */
interface Failure {
  readonly errorCode: string;
}
const failed = (errorCode: string): Failure => ({ errorCode });

export interface AwsBucket {
  readonly block?: boolean;
  readonly policyIsPublic?: boolean;
  readonly aclGrants?: readonly string[];
  readonly encrypted?: boolean;
  readonly denied?: boolean;
}
export interface AwsUser {
  readonly password?: boolean;
  readonly mfa?: boolean;
  /** Creation dates of keys; those that begin with `-` are inactive. */
  readonly keys?: readonly string[];
}
export interface AwsAccount {
  readonly accountBlock?: boolean;
  readonly buckets: Readonly<Record<string, AwsBucket>>;
  readonly users: Readonly<Record<string, AwsUser>>;
  readonly trails: readonly { readonly name: string; readonly everywhere: boolean; readonly on: boolean }[];
  readonly root: { readonly keys: number; readonly mfa: boolean };
  readonly volumes: Readonly<Record<string, boolean>>;
}

export const ACCOUNT = '123456789012';

export const serveAws = (account: AwsAccount, actual = ACCOUNT): Promise<Served> =>
  serveMcp({
    name: 'acme on AWS',
    profile: 'aws',
    scope: { accountId: ACCOUNT },
    make: (note) => {
      const server = new McpServer({ name: 'AWS-API-MCP', version: '1.5.6' });
      const inputSchema = z.object({
        cli_command: z.union([z.string(), z.array(z.string()).max(20)]),
        max_results: z.int().nullable().optional(),
      });
      server.registerTool('call_aws', { description: 'Execute AWS CLI commands', inputSchema }, async (args) => {
        note('call_aws', args);
        return said(
          [args.cli_command]
            .flat()
            .flatMap((command) => regional(account, command))
            .map((command) => entry(account, actual, command)),
        );
      });
      return server;
    },
  });

const regional = ({ volumes }: AwsAccount, command: string): readonly string[] =>
  command.includes('--region *') ? Object.keys(volumes).map((region) => command.replace('*', region)) : [command];

/** As pydantic prints a CallAWSResponse, with the API's response as Python prints it. */
function entry(account: AwsAccount, actual: string, command: string) {
  const answer = answerTo(account, actual, command);
  const isFailed = 'errorCode' in answer;
  const json = isFailed
    ? null
    : pythonJson({ ...answer, ResponseMetadata: { RequestId: 'r', HTTPStatusCode: 200, RetryAttempts: 0 } });
  const response = {
    error: isFailed ? `An error occurred (${answer.errorCode}) when calling the operation` : null,
    status_code: isFailed ? 404 : 200,
    error_code: isFailed ? answer.errorCode : null,
    pagination_token: null,
    json,
  };
  const metadata = { service: 'aws', service_full_name: 'AWS', operation: 'Operation', region_name: 'us-east-1' };
  const whole = { response, metadata, validation_failures: null, missing_context_failures: null, failed_constraints: [] };
  return { cli_command: command, response: whole, error: null };
}

/** Python's json.dumps separates with ", " and ": ", and escapes what is not ASCII. */
const pythonJson = (value: unknown): string =>
  JSON.stringify(value, null, 1)
    .replace(/\n\s*/g, ' ')
    .replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

function answerTo(account: AwsAccount, actual: string, command: string): object | Failure {
  const option = (name: string): string => command.split(`${name} `)[1]?.split(' ')[0] ?? '';
  const [, service, operation] = command.split(' ');
  switch (`${service} ${operation}`) {
    case 'sts get-caller-identity':
      return { UserId: 'AIDA', Account: actual, Arn: `arn:aws:sts::${actual}:assumed-role/audit/x` };
    case 's3control get-public-access-block':
      return account.accountBlock ? publicBlock(true) : failed('NoSuchPublicAccessBlockConfiguration');
    case 's3api list-buckets':
      return {
        Buckets: Object.keys(account.buckets).map((Name) => ({ Name, CreationDate: '2024-01-01T00:00:00+00:00' })),
        Owner: { ID: 'x' },
      };
    case 'iam list-users':
      return {
        Users: Object.keys(account.users).map((UserName) => ({ Path: '/', UserName, UserId: 'AIDA' })),
        IsTruncated: false,
      };
    case 'cloudtrail describe-trails':
      return { trailList: account.trails.filter(({ name }) => ['', arn(name)].includes(option('--trail-name-list'))).map(trail) };
    case 'cloudtrail get-trail-status':
      return { IsLogging: account.trails.some(({ name, on }) => on && arn(name) === option('--name')) };
    case 'iam get-account-summary':
      return {
        SummaryMap: { Users: 3, AccountMFAEnabled: account.root.mfa ? 1 : 0, AccountAccessKeysPresent: account.root.keys },
      };
    case 'ec2 get-ebs-encryption-by-default':
      return { EbsEncryptionByDefault: account.volumes[option('--region')], SseType: 'sse-ebs' };
    default:
      return service === 's3api'
        ? ofBucket(account.buckets[option('--bucket')], operation)
        : ofUser(option('--user-name'), account.users[option('--user-name')], operation);
  }
}

const arn = (name: string): string => `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/${name}`;
const trail = ({ name, everywhere }: AwsAccount['trails'][number]) => ({
  Name: name,
  TrailARN: arn(name),
  IsMultiRegionTrail: everywhere,
});
const publicBlock = (on: boolean) => ({
  PublicAccessBlockConfiguration: { BlockPublicAcls: on, IgnorePublicAcls: on, BlockPublicPolicy: on, RestrictPublicBuckets: on },
});

function ofBucket(bucket: AwsBucket | undefined, operation: string | undefined): object | Failure {
  if (bucket === undefined) return failed('NoSuchBucket');
  if (bucket.denied) return failed('AccessDenied');
  switch (operation) {
    case 'get-public-access-block':
      return bucket.block === undefined ? failed('NoSuchPublicAccessBlockConfiguration') : publicBlock(bucket.block);
    case 'get-bucket-policy-status':
      return bucket.policyIsPublic === undefined
        ? failed('NoSuchBucketPolicy')
        : { PolicyStatus: { IsPublic: bucket.policyIsPublic } };
    case 'get-bucket-acl':
      return {
        Owner: { DisplayName: 'José', ID: 'x' },
        Grants: [
          { Grantee: { ID: 'x', Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' },
          ...(bucket.aclGrants ?? []).map((group) => ({
            Grantee: { Type: 'Group', URI: `http://acs.amazonaws.com/groups/global/${group}` },
            Permission: 'READ',
          })),
        ],
      };
    case 'get-bucket-encryption':
      return bucket.encrypted === false
        ? failed('ServerSideEncryptionConfigurationNotFoundError')
        : { ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] } };
    default:
      return failed('InvalidAction');
  }
}

function ofUser(name: string, user: AwsUser | undefined, operation: string | undefined): object | Failure {
  switch (operation) {
    case 'get-login-profile':
      return user?.password
        ? { LoginProfile: { UserName: name, CreateDate: '2024-01-01T00:00:00+00:00' } }
        : failed('NoSuchEntity');
    case 'list-mfa-devices':
      return { MFADevices: user?.mfa ? [{ UserName: name, SerialNumber: 'arn:aws:iam::1:mfa/x' }] : [], IsTruncated: false };
    case 'list-access-keys':
      return {
        AccessKeyMetadata: (user?.keys ?? []).map((date) => ({
          UserName: name,
          AccessKeyId: 'AKIA',
          Status: date.startsWith('-') ? 'Inactive' : 'Active',
          CreateDate: date.replace(/^-/, ''),
        })),
        IsTruncated: false,
      };
    default:
      return failed('InvalidAction');
  }
}
