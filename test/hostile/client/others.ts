/** The other user: calls a server that behaves, several at a time, and takes the time of each. */
import type { Session } from '../../../lib/mcp/session.ts';

const AT_ONCE = 10;

/** @returns milliseconds of each call */
export async function callWhile(session: Session, goesOn: () => boolean): Promise<number[]> {
  const times: number[] = [];
  const caller = async (): Promise<void> => {
    while (goesOn()) {
      const from = performance.now();
      const { ok } = await session.callTool('look', {}, AbortSignal.timeout(10_000));
      if (!ok) throw new Error('the server that behaves did not');
      times.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, caller));
  return times;
}

export const callFor = (session: Session, ms: number): Promise<number[]> => {
  const end = performance.now() + ms;
  return callWhile(session, () => performance.now() < end);
};
