/** Users of a local stack, each with own sign-in, project and connections. */
import { randomUUID } from 'node:crypto';
import { createClient as createSupabase } from '@supabase/supabase-js';
import { WebSocket } from 'ws';
import * as z from 'zod';
import { type Client, createClient } from '../../lib/client/client.ts';
import type { Reached } from './crowd-protocol.ts';

export interface Person {
  readonly client: Client;
  readonly projectId: string;
  readonly connectionIds: readonly string[];
}

const made = z.object({ id: z.uuid() });

export interface Enrolment {
  readonly toolsOrigin: string;
  readonly sources: number;
  /** Makes every request of this user. */
  readonly fetch: typeof fetch;
}

/** `sources` connections to one server, whose tool `look` its user allows. */
export async function enrol(stack: Pick<Reached, 'issuer' | 'api'>, { toolsOrigin, sources, fetch }: Enrolment): Promise<Person> {
  const supabase = createSupabase(stack.issuer.url, stack.issuer.anonKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    global: { fetch },
  });
  const { data, error } = await supabase.auth.signUp({ email: `${randomUUID()}@bench.local`, password: randomUUID() });
  const token = data.session?.access_token;
  if (error !== null || token === undefined) throw new Error(`the sign-up failed: ${error?.message ?? 'no session'}`);
  const client = createClient({ baseUrl: stack.api.url, wsUrl: stack.api.webSocketUrl, token: () => token, fetch, WebSocket });
  const make = async (path: string, body: object) => (await client.request({ method: 'POST', path, body, answer: made })).id;
  const projectId = await make('/projects', { name: 'bench' });
  const connectionIds: string[] = [];
  for (let at = 1; at <= sources; at += 1) {
    const id = await make('/connections', {
      name: `source ${at}`,
      profile: 'generic',
      url: `${toolsOrigin}/mcp`,
      auth: { kind: 'none' },
    });
    await client.request({
      method: 'PUT',
      path: `/connections/${id}/policy`,
      body: { allowed: ['look'], denied: [] },
      answer: z.unknown(),
    });
    connectionIds.push(id);
  }
  return { client, projectId, connectionIds };
}

export interface Ran {
  readonly wallMs: number;
  readonly runId: string;
  /** Its outcome, `failed`, or `nothing` where no end was told. */
  readonly ended: string;
}

/** From the start to the last event. Throws the reason of `signal`, and what the client throws. */
export async function runOnce({ client, projectId, connectionIds }: Person, signal: AbortSignal): Promise<Ran> {
  const from = performance.now();
  const wanted = { frameworkId: 'nist-csf-2.0', mode: 'model', connectionIds: [...connectionIds], approvals: false } as const;
  const runId = await client.startRun(projectId, wanted, { signal });
  let ended = 'nothing';
  for await (const { event } of client.follow(runId, { signal })) {
    if (event.type === 'RUN_FINISHED') ended = event.result.outcome;
    if (event.type === 'RUN_ERROR') ended = 'failed';
  }
  return { wallMs: performance.now() - from, runId, ended };
}
