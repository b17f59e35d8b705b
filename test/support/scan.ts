/** Looks for secrets in whatever is left behind: as they are, and as the encodings in which things are stored show them. */

export interface Sink {
  /** Where it was found: a table's row, a key, a file. */
  readonly name: string;
  readonly content: string | Uint8Array;
}

/** `secret` is the name it goes by, so that a failing test does not print it. */
export interface Hit {
  readonly sink: string;
  readonly secret: string;
  readonly form: string;
}

/** Every place of every secret; one hit for each sink, secret and form. */
export function scan(sinks: Iterable<Sink>, secrets: Readonly<Record<string, string>>): Hit[] {
  const wanted = Object.entries(secrets).flatMap(([secret, value]) =>
    Object.entries(formsOf(value)).map(([form, needle]) => ({ secret, form, needle })),
  );
  const hits: Hit[] = [];
  for (const { name, content } of sinks) {
    const bytes = Buffer.from(content);
    for (const { secret, form, needle } of wanted) if (bytes.includes(needle)) hits.push({ sink: name, secret, form });
  }
  return hits;
}

/** The sinks in which a secret is found, each once. */
export const sinksOf = (hits: readonly Hit[]): string[] => [...new Set(hits.map(({ sink }) => sink))].toSorted(byText);

const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Shorter ones would be found by chance, above all in base64. */
const MIN_BYTES = 16;

function formsOf(value: string): Readonly<Record<string, Buffer>> {
  const bytes = Buffer.from(value, 'utf8');
  if (bytes.length < MIN_BYTES) throw new RangeError(`A secret to look for has at least ${MIN_BYTES} bytes.`);
  const forms: [string, string][] = [
    ['text', value],
    ['JSON', JSON.stringify(value).slice(1, -1)],
    ['URL', encodeURIComponent(value)],
    ['hex', bytes.toString('hex')],
    ['HEX', bytes.toString('hex').toUpperCase()],
  ];
  for (const offset of [0, 1, 2]) {
    const inner = insideBase64(bytes, offset);
    forms.push([`base64+${offset}`, inner], [`base64url+${offset}`, inner.replaceAll('+', '-').replaceAll('/', '_')]);
  }
  const distinct = forms.filter(([, text], at) => forms.findIndex(([, same]) => same === text) === at);
  return Object.fromEntries(distinct.map(([form, text]) => [form, Buffer.from(text, 'utf8')]));
}

/** The characters that base64 has for these bytes wherever they stand, so many bytes after a multiple of three. */
function insideBase64(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const before = [0, 2, 3][offset] ?? 0;
  const after = (offset + bytes.length) % 3 === 0 ? 0 : 1;
  return text.slice(before, text.length - after);
}
