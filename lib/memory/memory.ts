/**
 * What agents learnt in earlier runs of a project. It helps and decides nothing: whatever goes wrong here is told to `onLoss`, and the
 * run goes on as if nothing were remembered.
 */
import type { Cache } from '../cache/cache.ts';
import type { MemoryFact } from '../contract/api/memory.ts';
import type { Agent } from '../contract/events.ts';
import { nameUuid } from '../domain/name-uuid.ts';
import { type Entry, keepEntries, listEntries, type StoredEntry } from './entries.ts';
import { inert } from './facts.ts';
import { byLikeness, byWords, packed, textOf } from './rank.ts';

export interface NewEntry {
  readonly fact: MemoryFact;
  readonly runId: string;
  readonly step: string;
  readonly evidenceIds?: readonly string[];
}

export type Recalled = Pick<Entry, 'fact' | 'runId' | 'step' | 'at' | 'evidenceIds'>;

/** Neither ever throws. */
export interface AgentMemory {
  remember(projectId: string, agent: Agent, entries: readonly NewEntry[]): Promise<void>;
  /** The `k` entries that speak most to the query, best first. */
  recall(projectId: string, agent: Agent, query: string, k: number): Promise<readonly Recalled[]>;
}

/** A vector per text, all of one length. */
export type Embed = (texts: readonly string[], signal: AbortSignal) => Promise<readonly (readonly number[])[]>;

export interface MemoryOptions {
  readonly cache: Cache;
  readonly embed?: Embed;
  readonly onLoss: (error: unknown, projectId: string, agent: Agent) => void;
}

const EMBED_MS = 5_000;
const MAX_DIMENSIONS = 4_096;
const MAX_EVIDENCE = 20;
/** Of an entry without its vector. */
const MAX_BYTES = 4_096;

export function openMemory({ cache, embed, onLoss }: MemoryOptions): AgentMemory {
  /** Null where there are none to be had. */
  const vectorsOf = async (texts: readonly string[], onError: (error: unknown) => void) => {
    if (embed === undefined || texts.length === 0) return null;
    try {
      const vectors = await embed(texts, AbortSignal.timeout(EMBED_MS));
      const usable = vectors.length === texts.length && vectors.every(({ length }) => length > 0 && length <= MAX_DIMENSIONS);
      if (!usable) throw new Error('The endpoint gave no vector per text.');
      return vectors;
    } catch (error) {
      onError(error);
      return null;
    }
  };

  return {
    remember: async (projectId, agent, entries) => {
      const lost = (error: unknown) => onLoss(error, projectId, agent);
      try {
        const fitting = entries.flatMap((entry) => stored(agent, entry));
        if (fitting.length < entries.length) lost(new Error('A fact does not fit an entry.'));
        const kept = new Map(fitting);
        const vectors = await vectorsOf(
          [...kept.values()].map(({ fact }) => textOf(fact)),
          lost,
        );
        const withVectors = [...kept].map(([id, entry], at): [string, StoredEntry] => {
          const vector = vectors?.[at];
          return [id, vector === undefined ? entry : { ...entry, vector: packed(vector) }];
        });
        await keepEntries(cache, projectId, agent, new Map(withVectors));
      } catch (error) {
        lost(error);
      }
    },
    recall: async (projectId, agent, query, k) => {
      const lost = (error: unknown) => onLoss(error, projectId, agent);
      try {
        const entries = await listEntries(cache, projectId, agent);
        if (entries.length === 0) return [];
        const [vector] = (await vectorsOf([query], lost)) ?? [];
        // Entries from before there were vectors follow by their words.
        const like = vector === undefined ? [] : byLikeness(entries, vector);
        const best = like.length >= k ? like : [...new Set([...like, ...(await byWords(entries, query))])];
        return best.slice(0, k);
      } catch (error) {
        lost(error);
        return [];
      }
    },
  };
}

function stored(agent: Agent, { fact, runId, step, evidenceIds = [] }: NewEntry): [string, StoredEntry][] {
  const kept = inert(fact);
  if (kept === null) return [];
  const entry = { fact: kept, runId, step, evidenceIds: evidenceIds.slice(0, MAX_EVIDENCE) };
  if (Buffer.byteLength(JSON.stringify(entry)) > MAX_BYTES) return [];
  return [[nameUuid('memory', agent, ...Object.entries(kept).flat().map(String)), entry]];
}
