/** JSON pointers (RFC 6901) from a sentence into the report's own figures. */

/** Parts of a report that are themselves statements: pointing at them would let a sentence prove itself. */
const statements = [
  /^\/summary(\/|$)/,
  /^\/sections(\/|$)/,
  /^\/findings\/\d+\/description(\/|$)/,
  /^\/controls\/\d+\/(reason|checks|proposal)(\/|$)/,
  /^\/checks\/\d+\/reason$/,
  /^\/checks\/\d+\/observations(\/\d+(\/(?!resource$).*)?)?$/,
  /^\/remediation(\/|$)/,
];
/** What a check recommends is a constant of its rule; what a model recommends is its own word. */
const recommendation = /^(\/findings\/\d+)\/recommendation$/;

/** The value, or undefined when there is none or it is a statement. */
export function resolvePointer(document: unknown, pointer: string): unknown {
  if (!pointer.startsWith('/') || statements.some((pattern) => pattern.test(pointer))) return undefined;
  const owner = recommendation.exec(pointer)?.[1];
  if (owner !== undefined && resolvePointer(document, `${owner}/origin/kind`) !== 'check') return undefined;
  let value: unknown = document;
  for (const part of pointer.slice(1).split('/')) {
    if (typeof value !== 'object' || value === null) return undefined;
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (!Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

/** How a value may stand in a sentence: a list by its length and its members, a time also as date and as hours and minutes. */
export function spellings(value: unknown): readonly string[] {
  if (Array.isArray(value)) return [String(value.length), ...value.flatMap((one) => (isScalar(one) ? spellings(one) : []))];
  if (!isScalar(value)) return [];
  const text = String(value);
  const time = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)?/.exec(text);
  return time === null ? [text] : [text, time[1] ?? '', time[2] ?? ''];
}

const isScalar = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
