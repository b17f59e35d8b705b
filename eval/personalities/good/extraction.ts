import * as z from 'zod';
import type { ExtractionAnswer, ExtractionDocument } from '../../../lib/agents/extraction/answer.ts';

/** Each tool that only looks is called once with what it needs, as far as that can be told; then that is all. */
export function extraction({ tools, seen, left }: ExtractionDocument): ExtractionAnswer {
  const used = new Set(seen.map(({ tool }) => tool));
  const calls = tools.flatMap(({ name, parameters }) => {
    if (used.has(name) || !/(^|_|\.)(list|get|read|search|look|find|query)/i.test(name)) return [];
    const given = argumentsFor(parameters);
    return given === null ? [] : [{ tool: name, arguments: JSON.stringify(given) }];
  });
  if (left.turns <= 1) return { calls: calls.slice(0, left.calls), done: true };
  const now = calls.slice(0, Math.min(left.calls, AT_ONCE));
  return { calls: now, done: now.length === 0 };
}

const AT_ONCE = 3;

const parametersSchema = z.looseObject({
  properties: z.record(z.string(), z.looseObject({ type: z.unknown(), enum: z.array(z.unknown()).optional() })).default({}),
  required: z.array(z.string()).default([]),
});

/** Null: it needs something that nothing here tells. */
function argumentsFor(parameters: unknown): Record<string, unknown> | null {
  const parsed = parametersSchema.safeParse(parameters);
  if (!parsed.success) return null;
  const { properties, required } = parsed.data;
  const given: Record<string, unknown> = {};
  for (const name of required) {
    const value = valueFor(name, properties[name]);
    if (value === undefined) return null;
    given[name] = value;
  }
  return given;
}

function valueFor(name: string, property: { type: unknown; enum?: unknown[] | undefined } | undefined): unknown {
  if (property?.enum?.[0] !== undefined) return property.enum[0];
  if (/^(query|q|search|text|topic)$/i.test(name)) return 'policy';
  if (property?.type === 'integer' || property?.type === 'number') return 1;
  if (property?.type === 'boolean') return false;
  return undefined;
}
