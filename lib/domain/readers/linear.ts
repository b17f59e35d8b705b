/** What Linear's own MCP server lists: tickets, by `list_issues`. */
import type { JsonValue } from '../positioned-json.ts';
import type { Fact, SourceRecord } from '../records.ts';
import {
  type Args,
  derivedFact,
  listIn,
  memberAt,
  record,
  type ToolReader,
  textFact,
  timeFact,
  timeOrNullFact,
  wordFact,
} from './reader.ts';

const open = {
  triage: true,
  backlog: true,
  unstarted: true,
  started: true,
  completed: false,
  canceled: false,
  duplicate: false,
};
const levels = { urgent: 'critical', high: 'high', medium: 'medium', normal: 'medium', low: 'low' } as const;

const tickets = (text: string, args: Args): readonly SourceRecord[] =>
  listIn(text, 'issues').map((item) => {
    const id = textFact(item, 'id')?.value ?? '';
    return record(
      'ticket',
      item,
      { id, resource: `ticket ${id}` },
      {
        title: textFact(item, 'title'),
        isVulnerability: hasLabel(item, String(args['label'] ?? '')),
        isOpen: wordFact(open, item, 'statusType'),
        severity: wordFact(levels, item, 'priority', 'name'),
        createdAt: timeFact(item, 'createdAt'),
        dueAt: derivedFact(timeOrNullFact(item, 'dueDate'), endOfDay),
      },
    );
  });

/** A due date is a day, and the ticket is late when the day is over (UTC). */
const endOfDay = (date: string | null): string | null =>
  date !== null && /^\d{4}-\d\d-\d\d$/.test(date) ? `${date}T23:59:59.999Z` : date;

/** The label that vulnerability tickets were asked for by. */
function hasLabel(item: JsonValue, label: string): Fact<boolean> | undefined {
  const labels = memberAt(item, 'labels');
  if (labels?.value.kind !== 'array') return undefined;
  const value = labels.value.items.some((one) => one.kind === 'string' && one.value.toLowerCase() === label.toLowerCase());
  return { value, start: labels.start, end: labels.end };
}

export const linear: Readonly<Record<string, ToolReader>> = {
  list_issues: { kinds: ['ticket'], read: tickets },
};
