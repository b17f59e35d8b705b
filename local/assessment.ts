/** Assesses a folder on a running stack, through the public API, as any other client would. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { WebSocket } from 'ws';
import * as z from 'zod';
import { type Client, createClient } from '../lib/client/client.ts';
import { ApiRequestFailed } from '../lib/client/errors.ts';
import { projects } from '../lib/contract/api/projects.ts';
import { modelUsage } from '../lib/contract/api/runs.ts';
import type { Envelope } from '../lib/contract/events.ts';
import type { RunMode } from '../lib/contract/vocabulary.ts';
import type { Source } from './folder.ts';
import { type OwnThings, ownThings } from './own-runs.ts';
import { signInHere } from './sign-in.ts';
import type { Stack } from './stack.ts';

export interface Assessment {
  readonly runId: string;
  readonly projectId: string;
  readonly events: AsyncIterable<Envelope>;
  cancel(): Promise<void>;
  /** The file's bytes, through the signed URL. */
  fetchFile(file: 'json' | 'md' | 'html' | 'bundle'): Promise<Uint8Array>;
}

export interface StartedAssessment extends Assessment {
  /** What its model was asked so far; null without one. */
  usage(): Promise<ModelUsage | null>;
  /** Deletes the connections that were made for it; they lead nowhere once the bridges are gone. */
  end(): Promise<void>;
}

export interface AssessmentRequest {
  readonly dataDir: string;
  readonly path: string;
  readonly sources: readonly Source[];
  readonly framework: string;
  /** Checks alone unless given. */
  readonly mode?: RunMode;
  readonly signal: AbortSignal;
}

const withUsage = z.object({ usage: modelUsage.nullable() });
export type ModelUsage = z.infer<typeof modelUsage>;
const made = z.object({ id: z.uuid() });

export async function startAssessment(stack: Stack, request: AssessmentRequest): Promise<StartedAssessment> {
  const { signal, sources, framework, mode = 'checks' } = request;
  const token = await signInHere(request.dataDir, stack.issuer);
  const client = createClient({ baseUrl: stack.api.url, wsUrl: stack.api.webSocketUrl, token, fetch, WebSocket });
  const projectId = await projectFor(client, request.path, signal);
  const own = ownThings(request.dataDir, 'connections');
  for (const id of await own.abandoned()) await disconnect(client, own, id);
  const connectionIds: string[] = [];
  const end = async (): Promise<void> => {
    for (const id of connectionIds.splice(0)) await disconnect(client, own, id);
  };
  try {
    for (const source of sources) {
      const id = await connect(client, source, signal);
      connectionIds.push(id);
      own.note(id);
    }
    // Nobody is there to be asked: a command runs through, and says what it did not do.
    const wanted = { frameworkId: framework, mode, connectionIds: [...connectionIds], approvals: false };
    const runId = await client.startRun(projectId, wanted, { signal });
    return {
      runId,
      projectId,
      events: client.follow(runId, { signal }),
      cancel: () => client.cancelRun(runId),
      usage: async () => (await client.request({ method: 'GET', path: `/runs/${runId}`, answer: withUsage, signal })).usage,
      fetchFile: async (file) =>
        download(
          `${stack.api.url}/runs/${runId}/${file === 'bundle' ? 'bundle' : `report?format=${file}`}`,
          await token(),
          signal,
        ),
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** One project a folder, so that a run is compared with the one before it. The path's hash tells two folders of one name apart. */
async function projectFor(client: Client, path: string, signal: AbortSignal): Promise<string> {
  const name = `${(basename(path) || 'root').slice(0, 80)} ${createHash('sha256').update(path).digest('hex').slice(0, 8)}`;
  for (let cursor = ''; ; ) {
    const page = await client.request({ method: 'GET', path: `/projects?limit=200${cursor}`, answer: projects, signal });
    const found = page.items.find((project) => project.name === name);
    if (found !== undefined) return found.id;
    if (page.nextCursor === null) break;
    cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
  }
  return (await client.request({ method: 'POST', path: '/projects', body: { name }, answer: made, signal })).id;
}

/** The source's own name, which reports print; ` (2)` and so on when another assessment under way has one of that name. */
async function connect(client: Client, { name, profile, bridge }: Source, signal: AbortSignal): Promise<string> {
  for (let count = 1; ; count += 1) {
    const free = count === 1 ? name : `${name} (${count})`;
    const body = { name: free, profile, url: bridge.url, auth: { kind: 'headers', headers: bridge.headers } };
    try {
      return (await client.request({ method: 'POST', path: '/connections', body, answer: made, signal })).id;
    } catch (error) {
      if (!(error instanceof ApiRequestFailed && error.status === 409) || count === MOST_OF_A_NAME) throw error;
    }
  }
}

const MOST_OF_A_NAME = 50;

/** What can't be deleted now stays noted: the next start on this folder deletes it. */
async function disconnect(client: Client, own: OwnThings, id: string): Promise<void> {
  try {
    await client.request({ method: 'DELETE', path: `/connections/${id}`, answer: z.unknown() });
  } catch (error) {
    if (!(error instanceof ApiRequestFailed && error.status === 404)) return;
  }
  await own.forget(id);
}

/** The API answers with a signed link, which carries its own permission: the token does not go there. */
export async function download(url: string, token: string, signal: AbortSignal): Promise<Uint8Array> {
  const link = await fetch(url, { headers: { authorization: `Bearer ${token}` }, redirect: 'manual', signal });
  const location = link.headers.get('location');
  if (location === null) throw new Error(`the report is not there (${link.status})`);
  const file = await fetch(location, { signal });
  if (!file.ok) throw new Error(`the report could not be fetched (${file.status})`);
  return new Uint8Array(await file.arrayBuffer());
}
