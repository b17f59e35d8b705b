import canonicalize from 'canonicalize';

/**
 * RFC 8785: the same value always gives the same text. For values that came from JSON or can go there.
 * @throws TypeError for what JSON cannot hold (a function, undefined, a number that is not finite).
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('The value has no JSON form');
  return text;
}
