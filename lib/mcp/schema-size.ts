/**
 * What a schema of a stranger may cost. A validator visits each place of a schema, with every reference replaced by what it names, at
 * most once for each value: so that count times the values bounds the time, and it is counted before anything is compiled.
 */

export interface SchemaLimits {
  readonly maxDepth: number;
  /** JSON values in the schema, those behind a reference counted each time. */
  readonly maxNodes: number;
  readonly maxPatternLength: number;
}

export type SchemaSize = { readonly usable: true; readonly nodes: number } | { readonly usable: false; readonly reason: string };

class Unusable extends Error {
  override readonly name = 'Unusable';
}

/** Keywords that name another place of a schema, or give one a name: of these, `$ref` to a place within is understood. */
const naming: ReadonlySet<string> = new Set([
  '$id',
  '$anchor',
  '$dynamicAnchor',
  '$dynamicRef',
  '$recursiveRef',
  '$recursiveAnchor',
]);

/**
 * Recursive schemas are not usable: two branches that both recurse take time exponential in the depth of a value.
 * Counted over all of the schema's JSON, so that what looks like a keyword within an example is taken for one: too strict, never too lax.
 */
export function schemaSize(schema: object, limits: SchemaLimits): SchemaSize {
  const known = new Map<object, number>();
  const under = new Set<object>();
  let visited = 0;

  const sizeOf = (value: unknown, depth: number): number => {
    if (depth > limits.maxDepth) throw new Unusable(`nests deeper than ${limits.maxDepth}`);
    if (typeof value !== 'object' || value === null) return 1;
    const before = known.get(value);
    if (before !== undefined) return before;
    if (under.has(value)) throw new Unusable('is recursive');
    under.add(value);
    let nodes = 1;
    for (const [key, inner] of Object.entries(value)) {
      visited += 1;
      nodes += key === '$ref' && typeof inner === 'string' ? sizeOf(target(schema, inner), depth + 1) : sizeOf(inner, depth + 1);
      if (Math.max(nodes, visited) > limits.maxNodes) throw new Unusable(`holds more than ${limits.maxNodes} values`);
      refuseKeyword(key, inner, value === schema, limits);
    }
    under.delete(value);
    known.set(value, nodes);
    return nodes;
  };

  try {
    return { usable: true, nodes: sizeOf(schema, 1) };
  } catch (error) {
    if (error instanceof Unusable) return { usable: false, reason: error.message };
    throw error;
  }
}

function refuseKeyword(key: string, value: unknown, isRoot: boolean, { maxPatternLength }: SchemaLimits): void {
  if (naming.has(key) && typeof value !== 'object' && !(isRoot && key === '$id')) throw new Unusable(`uses ${key}`);
  if (key === 'pattern' && typeof value === 'string' && value.length > maxPatternLength) throw new Unusable('has a long pattern');
  if (key !== 'patternProperties' || typeof value !== 'object' || value === null) return;
  if (Object.keys(value).some((pattern) => pattern.length > maxPatternLength)) throw new Unusable('has a long pattern');
}

/** What a JSON pointer names (RFC 6901), within the schema itself. */
function target(schema: object, reference: string): unknown {
  if (reference !== '#' && !reference.startsWith('#/')) throw new Unusable('refers to another document');
  let at: unknown = schema;
  for (const part of reference.split('/').slice(1)) {
    const key = decoded(part).replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) throw new Unusable('refers to nothing');
    at = Reflect.get(at, key);
  }
  return at;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Unusable('refers to nothing');
  }
}
