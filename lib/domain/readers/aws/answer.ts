/**
 * What `call_aws` of awslabs.aws-api-mcp-server answers: one entry for each command, in order, each with the API's response as JSON
 * in a text. A command with `--region *` is answered once for each region.
 */
import { parseEmbedded } from '../../embedded-json.ts';
import { UnparsableListing } from '../../errors.ts';
import type { JsonMember, JsonValue } from '../../positioned-json.ts';
import { type Args, listIn, memberAt, textFact } from '../reader.ts';

export interface AwsEntry {
  readonly command: string;
  /** `"cli_command":"aws iam list-users"`. */
  readonly named: JsonMember;
  /** Null where the command failed. */
  readonly result: JsonValue | null;
  /** AWS's own word for why, `NoSuchBucketPolicy`; null where it gave none. */
  readonly errorCode: { readonly value: string; readonly start: number; readonly end: number } | null;
  /** AWS said that it has more. */
  readonly isPart: boolean;
}

/** @throws UnparsableListing when it answers other commands than were given */
export function awsEntries(text: string, args: Args): readonly AwsEntry[] {
  const bytes = Buffer.from(text);
  const entries = listIn(text).map((item) => entryOf(bytes, item));
  const asked = [args['cli_command']].flat().map(String);
  const isAnswered =
    asked.length === 1 && asked[0]?.includes('--region *')
      ? entries.length > 0 && entries.every(({ command }) => isInstance(command, String(asked[0])))
      : entries.length === asked.length && entries.every(({ command }, at) => command === asked[at]);
  if (!isAnswered) throw new UnparsableListing('It answers other commands than it was given');
  return entries;
}

/** The same command for one region. */
const isInstance = (command: string, pattern: string): boolean => {
  const [before = '', after = ''] = pattern.split('*');
  const region = command.slice(before.length, command.length - after.length);
  return command.startsWith(before) && command.endsWith(after) && /^[a-z0-9-]+$/.test(region);
};

function entryOf(bytes: Buffer, item: JsonValue): AwsEntry {
  const named = memberAt(item, 'cli_command');
  if (named === undefined || named.value.kind !== 'string') throw new UnparsableListing('It has an answer to no command');
  const json = memberAt(item, 'response', 'response', 'json')?.value;
  return {
    command: named.value.value,
    named,
    result: json?.kind === 'string' ? parseEmbedded(bytes, json) : null,
    errorCode: textFact(item, 'response', 'response', 'error_code') ?? null,
    isPart: textFact(item, 'response', 'response', 'pagination_token') !== undefined,
  };
}

/** @throws UnparsableListing when the command that lists failed, or listed only a part */
export function wholeResult({ command, result, errorCode, isPart }: AwsEntry): JsonValue {
  if (result === null) throw new UnparsableListing(`${command} failed${errorCode === null ? '' : `: ${errorCode.value}`}`);
  if (isPart) throw new UnparsableListing(`${command} listed only a part`);
  return result;
}

export function itemsOf(value: JsonValue, name: string): readonly JsonValue[] {
  const list = memberAt(value, name)?.value;
  if (list?.kind !== 'array') throw new UnparsableListing(`It holds no list ${name}`);
  return list.items;
}
