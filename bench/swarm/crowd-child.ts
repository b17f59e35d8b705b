/** The users, in a process of their own: what they cost is not the system's. */
import { type Order, type Outcome, order } from './crowd-protocol.ts';
import { enrol, type Person, runOnce } from './people.ts';
import { type Requests, recordRequests } from './requests.ts';
import { shape } from './shape.ts';

/** A run takes some seconds; one that takes minutes has failed. */
const LONGEST_MS = 120_000;

const people: Person[] = [];
const failures: string[] = [];
let requests: Requests | null = null;

async function enrolAll({ stack, toolsOrigin, users }: Extract<Order, { kind: 'enrol' }>): Promise<Outcome> {
  const recorded = recordRequests(stack, new AbortController().signal);
  requests = recorded;
  const { fetch } = recorded;
  for (let at = 0; at < users; at += 1) people.push(await enrol(stack, { toolsOrigin, sources: shape.sources, fetch }));
  return { wallMs: 0, runs: [], failures: [...recorded.failures] };
}

async function runAll(users: number): Promise<Outcome> {
  const signal = AbortSignal.timeout(LONGEST_MS);
  const from = performance.now();
  const ended = await Promise.allSettled(people.slice(0, users).map((person) => runOnce(person, signal)));
  const wallMs = performance.now() - from;
  const runs: number[] = [];
  for (const run of ended) {
    if (run.status === 'rejected') {
      failures.push(`a run could not be followed: ${String(run.reason)}`);
      continue;
    }
    runs.push(run.value.wallMs);
    if (run.value.ended !== 'complete') failures.push(`run ${run.value.runId} ended as ${run.value.ended}`);
  }
  return { wallMs, runs, failures: [...failures, ...(requests?.failures ?? [])] };
}

process.on('message', (message: unknown) => {
  const given = order.parse(message);
  void (given.kind === 'enrol' ? enrolAll(given) : runAll(given.users)).then((outcome) => process.send?.(outcome));
});
process.on('disconnect', () => process.exit(0));
