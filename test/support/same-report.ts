/** What two reports on the same sources must have in common, whatever befell their runs. */
import type { Prose, Report } from '../../lib/contract/report.ts';

/** The report but for ids, times, durations, and what it says of degraded steps. Compare with toEqual. */
export function essence({ seal: _, degraded: __, ...report }: Report): unknown {
  const { degraded: ___, ...counts } = report.counts;
  const summary = sentences(report.summary);
  const sections = report.sections.map(({ prose, ...section }) => ({ ...section, prose: sentences(prose) }));
  return withoutIds({ ...report, counts, summary, sections });
}

/** What is said, with its grounds; where it stands moves with what else is said. */
function sentences({ text, claims }: Prose): unknown {
  const bytes = Buffer.from(text);
  return claims
    .filter((claim) => !('computed' in claim && claim.computed.some((pointer) => pointer.startsWith('/degraded'))))
    .map(({ start, end, ...grounds }) => ({ text: bytes.subarray(start, end).toString(), ...grounds }));
}

/** Ids by the order in which they come, times and durations by what they are. */
function withoutIds(value: object): unknown {
  const ids = new Map<string, string>();
  const named = (id: string): string => {
    const name = ids.get(id) ?? `id ${ids.size + 1}`;
    ids.set(id, name);
    return name;
  };
  return JSON.parse(JSON.stringify(value), (key, inner: unknown) => {
    if (key === 'durationMs') return 0;
    if (typeof inner !== 'string') return inner;
    return inner.replaceAll(uuid, named).replaceAll(time, 'a time');
  });
}

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const time = /\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d\.\d{3}Z| \d\d:\d\d UTC)/g;
