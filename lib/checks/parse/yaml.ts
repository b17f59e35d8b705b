/** YAML with source offsets. Nodes keep `range`; offsets are UTF-16 indexes into the file's text. */
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, parseAllDocuments, parseDocument } from 'yaml';
import { perFile, UnexpectedShapeError } from './memo.ts';

export type YamlDocument = Document.Parsed;

/** A mapping entry: `start` is where the key starts, `end` where the value ends (the key, when the value is empty). */
export interface YamlEntry {
  readonly key: string;
  readonly keyEnd: number;
  readonly value: Node | null;
  readonly start: number;
  readonly end: number;
}

/** A scalar as written: `18.10` stays `18.10`, where the number would be 18.1. */
export interface YamlText {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The only document of a file; a file with several, or with a syntax error, does not parse. */
export const yamlDocument = perFile('YAML', (file) => {
  const document = parseDocument(file.content.text, { logLevel: 'silent', uniqueKeys: false });
  return sound(document);
});

/** Every document of a file, for formats that allow several (Kubernetes manifests). */
export const yamlDocuments = perFile('YAML', (file) => {
  const documents = parseAllDocuments(file.content.text, { logLevel: 'silent', uniqueKeys: false });
  return 'empty' in documents ? [] : documents.map(sound);
});

function sound(document: YamlDocument): YamlDocument {
  const [first] = document.errors;
  if (first !== undefined) throw new UnexpectedShapeError(first.code);
  return document;
}

/** Follows aliases; a dangling or self-referring alias is null. */
export function resolved(document: YamlDocument, node: unknown): Node | null {
  let current = node;
  for (let hop = 0; isAlias(current); hop += 1) {
    if (hop > 10) return null;
    current = current.resolve(document);
  }
  return isScalar(current) || isMap(current) || isSeq(current) ? current : null;
}

/** The entries of a mapping in source order, merge keys (`<<`) unfolded after the mapping's own; of anything else: none. */
export function entries(document: YamlDocument, node: unknown): readonly YamlEntry[] {
  const own = ownEntries(document, node);
  const merged = own.filter((entry) => entry.key === '<<').flatMap((entry) => mergeSources(document, entry.value));
  const seen = new Set(own.map((entry) => entry.key));
  return [...own.filter((entry) => entry.key !== '<<'), ...merged.filter((entry) => !seen.has(entry.key))];
}

function ownEntries(document: YamlDocument, node: unknown): readonly YamlEntry[] {
  const map = resolved(document, node);
  if (!isMap(map)) return [];
  return map.items.flatMap((pair) => {
    if (!isScalar(pair.key) || !pair.key.range) return [];
    const [start, keyEnd] = pair.key.range;
    const value = resolved(document, pair.value);
    // An aliased value lies elsewhere in the file: the entry then ends at the alias, not at the anchor's node.
    const written = isAlias(pair.value) || isScalar(pair.value) || isMap(pair.value) || isSeq(pair.value) ? pair.value : null;
    return [{ key: String(pair.key.value), keyEnd, value, start, end: Math.max(written?.range?.[1] ?? keyEnd, keyEnd) }];
  });
}

function mergeSources(document: YamlDocument, value: Node | null): readonly YamlEntry[] {
  return isSeq(value) ? value.items.flatMap((item) => ownEntries(document, item)) : ownEntries(document, value);
}

export const entry = (document: YamlDocument, node: unknown, key: string): YamlEntry | null =>
  entries(document, node).find((candidate) => candidate.key === key) ?? null;

/** The items of a sequence; a lone scalar or mapping counts as a sequence of one, as most CI formats read it. */
export function items(document: YamlDocument, node: unknown): readonly Node[] {
  const list = resolved(document, node);
  if (list === null || (isScalar(list) && list.value === null)) return [];
  if (!isSeq(list)) return [list];
  return list.items.flatMap((item) => resolved(document, item) ?? []);
}

/** A scalar's text and place; null for collections and for an empty value. */
export function scalar(node: Node | null): YamlText | null {
  if (!isScalar(node) || node.value === null || !node.range) return null;
  const text = typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
  return { text, start: node.range[0], end: node.range[1] };
}
