/**
 * What Sentry's own MCP server answers, which is Markdown: `search_issues` lists groups of errors without their dates,
 * `get_sentry_resource` says all of one. Titles and messages in it come from whoever can cause an error, so a line counts only where
 * it stands exactly once.
 */
import { UnparsableListing } from '../errors.ts';
import type { Place } from '../positioned-json.ts';
import type { Fact, SourceRecord } from '../records.ts';
import { type Args, derivedFact, record, type ToolReader } from './reader.ts';

/** Archived by a person is looked at, and so no longer unresolved. */
const resolved: Readonly<Record<string, boolean>> = { resolved: true, ignored: true, archived: true, unresolved: false };
const levels = { fatal: 'critical', error: 'high', warning: 'medium', info: 'low', debug: 'low' } as const;

type Line = Fact<string>;

/** Each line with its bytes. */
function linesOf(text: string): readonly Line[] {
  let at = 0;
  return text.split('\n').map((value) => {
    const start = at;
    const end = start + Buffer.byteLength(value);
    at = end + 1;
    return { value, start, end };
  });
}

/** The one line that begins so, without its beginning. */
function only(lines: readonly Line[], prefix: string): Line | undefined {
  const [line, ...others] = lines.filter(({ value }) => value.startsWith(prefix));
  return others.length > 0 ? undefined : derivedFact(line, (value) => value.slice(prefix.length).trim());
}

const word = <V>(table: Readonly<Record<string, V>>, text: string): V | undefined =>
  Object.hasOwn(table, text) ? table[text] : undefined;

const time = (text: string): string | undefined => (Number.isNaN(Date.parse(text)) ? undefined : text);

function listed(text: string): readonly SourceRecord[] {
  const lines = linesOf(text);
  const isNone = lines.some(({ value }) => value === 'No issues found matching your search criteria.');
  const total = only(
    lines.filter(({ value }) => /^Found \*\*\d+\*\* issues?:$/.test(value)),
    'Found **',
  );
  if (isNone && total === undefined) return [];
  const headings = lines.flatMap(({ value }, index) => (/^## \d+\. \[[A-Z0-9_-]+\]\(/.test(value) ? [index] : []));
  if (total === undefined || Number.parseInt(total.value, 10) !== headings.length) {
    throw new UnparsableListing('It lists another number of issues than it says');
  }
  return headings.map((from, index) => entry(lines.slice(from, headings[index + 1] ?? lines.length), index + 1));
}

function entry(lines: readonly Line[], number: number): SourceRecord<'error-group'> {
  const heading = /^## (\d+)\. \[([A-Z0-9_-]+)\]/.exec(lines[0]?.value ?? '');
  const id = heading?.[2] ?? '';
  if (Number(heading?.[1]) !== number) throw new UnparsableListing('It numbers its issues otherwise than in order');
  return record(
    'error-group',
    whole(lines),
    { id, resource: `error ${id}` },
    {
      title: derivedFact(lines[2], (value) => value.replaceAll('**', '')),
      level: undefined,
      isResolved: derivedFact(only(lines, '- **Status**: '), (value) => word(resolved, value)),
      firstSeenAt: undefined,
      lastSeenAt: undefined,
    },
  );
}

function detailed(text: string, args: Args): readonly SourceRecord[] {
  const lines = linesOf(text);
  const id = /^# Issue ([A-Z0-9_-]+) in \*\*/.exec(lines[0]?.value ?? '')?.[1];
  if (id === undefined || id !== args['resourceId']) throw new UnparsableListing('It is not about the issue that was asked for');
  const events = lines.findIndex(({ value }) => value === '## Event Details');
  const head = lines.slice(0, events === -1 ? lines.length : events);
  const facts = {
    title: only(head, '**Description**: '),
    level: derivedFact(only(lines, '**level**: '), (value) => word(levels, value)),
    isResolved: derivedFact(only(head, '**Status**: '), (value) => word(resolved, value)),
    firstSeenAt: derivedFact(only(head, '**First Seen**: '), time),
    lastSeenAt: derivedFact(only(head, '**Last Seen**: '), time),
  };
  return [record('error-group', whole(head), { id, resource: `error ${id}` }, facts)];
}

const whole = (lines: readonly Line[]): Place => ({ start: lines[0]?.start ?? 0, end: lines.at(-1)?.end ?? 0 });

export const sentry: Readonly<Record<string, ToolReader>> = {
  search_issues: { kinds: ['error-group'], read: listed },
  get_sentry_resource: { kinds: ['error-group'], read: detailed },
};
