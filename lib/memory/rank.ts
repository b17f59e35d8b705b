/** Which entries speak to a query: by words (BM25), or by the likeness of vectors where there are some. */
import type { MemoryFact } from '../contract/api/memory.ts';
import type { Entry } from './entries.ts';

export const textOf = (fact: MemoryFact): string => Object.values(fact).join(' ');

/** Best first; what shares no word with the query is left out. */
export async function byWords(entries: readonly Entry[], query: string): Promise<Entry[]> {
  // Here and not above: most functions that open the memory never search it.
  const { default: MiniSearch } = await import('minisearch');
  const index = new MiniSearch<{ id: string; text: string }>({ fields: ['text'] });
  index.addAll(entries.map(({ id, fact }) => ({ id, text: textOf(fact) })));
  const found = new Map(entries.map((entry) => [entry.id, entry]));
  return index.search(query).flatMap(({ id }) => found.get(id) ?? []);
}

/** Best first; entries without a vector of the query's length are left out. */
export function byLikeness(entries: readonly Entry[], query: readonly number[]): Entry[] {
  return entries
    .flatMap((entry) => {
      const vector = entry.vector === undefined ? [] : unpacked(entry.vector);
      return vector.length === query.length ? [{ entry, likeness: cosine(vector, query) }] : [];
    })
    .sort((a, b) => b.likeness - a.likeness)
    .map(({ entry }) => entry);
}

export const packed = (vector: readonly number[]): string => Buffer.from(Float32Array.from(vector).buffer).toString('base64');

function unpacked(text: string): number[] {
  const bytes = Buffer.from(text, 'base64');
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, at) => bytes.readFloatLE(at * 4));
}

/** 0 where either has no length. */
function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, value, at) => sum + value * (y[at] ?? 0), 0);
  const lengths = Math.sqrt(dot(a, a) * dot(b, b));
  return lengths > 0 ? dot(a, b) / lengths : 0;
}
