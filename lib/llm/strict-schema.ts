import * as z from 'zod';

type Node = { readonly [key: string]: unknown };

/** What strict structured outputs take; the rest (lengths, formats, defaults) is left to the validation that follows in any case. */
const kept = new Set([
  'type',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'anyOf',
  'enum',
  'const',
  'description',
  '$defs',
  '$ref',
]);
const made = new WeakMap<z.ZodType, StrictSchema>();

export interface StrictSchema {
  readonly json: object;
  /** For endpoints that are told in words. */
  readonly text: string;
}

/** The JSON Schema of an answer in the dialect of strict mode: every object closed, every property required. Made once per schema. */
export function strictSchema(schema: z.ZodType): StrictSchema {
  const before = made.get(schema);
  if (before !== undefined) return before;
  const json = stripped(z.toJSONSchema(schema, { io: 'input' }));
  const strict = { json, text: JSON.stringify(json) };
  made.set(schema, strict);
  return strict;
}

function stripped(node: Node): Node {
  const entries = Object.entries(node).flatMap(([key, value]): [string, unknown][] => {
    if (!kept.has(key)) return [];
    if (key === 'properties' || key === '$defs') return [[key, mapped(value, stripped)]];
    if (isNode(value)) return [[key, stripped(value)]];
    return [[key, Array.isArray(value) ? value.map((one) => (isNode(one) ? stripped(one) : one)) : value]];
  });
  const out: Record<string, unknown> = Object.fromEntries(entries);
  if (out['type'] !== 'object') return out;
  return { ...out, required: Object.keys(isNode(out['properties']) ? out['properties'] : {}), additionalProperties: false };
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
const mapped = (value: unknown, change: (node: Node) => Node): unknown =>
  isNode(value) ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, isNode(one) ? change(one) : one])) : value;
