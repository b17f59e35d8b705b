/** The token of the state that waits for a decision: sealed while it is kept, so that no copy of the database can answer. */
import { InvalidToken, SendTaskSuccessCommand, type SFNClient, TaskDoesNotExist, TaskTimedOut } from '@aws-sdk/client-sfn';
import type { KeyProvider } from '../keys/keys.ts';

export interface TokenOf {
  readonly approvalId: string;
  readonly runId: string;
  /** Who decides. */
  readonly startedBy: string;
}

const contextOf = ({ approvalId, runId, startedBy }: TokenOf) => ({ user: startedBy, run: runId, approval: approvalId });

export const sealToken = (keys: KeyProvider, of: TokenOf, token: string): Promise<Uint8Array> =>
  keys.seal(contextOf(of), Buffer.from(token, 'utf8'));

/** Throws SealBroken. */
export const openToken = async (keys: KeyProvider, of: TokenOf, sealed: Uint8Array): Promise<string> =>
  Buffer.from(await keys.open(contextOf(of), sealed)).toString('utf8');

/** Ends the wait. What is decided is read from the rows, so that an answer says nothing; one that is too late is none. */
export async function endWait(sfn: SFNClient, taskToken: string, signal: AbortSignal): Promise<void> {
  try {
    await sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }), { abortSignal: signal });
  } catch (error) {
    if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken) return;
    throw error;
  }
}
