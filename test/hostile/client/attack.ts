import type { Connections } from '../../../lib/mcp/connections.ts';
import { SourceUnavailable } from '../../../lib/mcp/errors.ts';
import type { Session } from '../../../lib/mcp/session.ts';
import { hostileTarget, owner } from '../manager.ts';
import type { Measured } from './protocol.ts';

type Outcome = Measured['outcomes'][number];

/** Connects to a hostile server, lists its tools and calls one, as a user would. Nothing is thrown. */
export async function attack(manager: Connections, url: string): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  async function step<T>(name: Outcome['step'], action: () => Promise<T>): Promise<T | null> {
    const from = performance.now();
    const done = (outcome: string): void => void outcomes.push({ step: name, outcome, ms: performance.now() - from });
    try {
      const result = await action();
      done('answered');
      return result;
    } catch (error) {
      done(error instanceof SourceUnavailable ? error.failure : `not contained: ${error}`.slice(0, 300));
      return null;
    }
  }
  const { signal } = new AbortController();
  const session: Session | null = await step('connect', () => manager.connect(owner(), hostileTarget(url), signal));
  if (session === null) return outcomes;
  await step('listTools', () => session.listTools(signal));
  await step('callTool', () => session.callTool('look', {}, signal));
  await session.close();
  return outcomes;
}
