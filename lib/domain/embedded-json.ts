/** JSON that another JSON holds as a text: its values know their bytes in the outer one, where the quote marks are escaped. */
import { type JsonValue, type Place, parsePositioned } from './positioned-json.ts';

type JsonText = Place & { readonly value: string };

/** `outer` is the whole text that the inner one stands in, as bytes: it may hold many. @throws UnparsableListing where the inner text is not JSON */
export function parseEmbedded(outer: Buffer, { start, end, value }: JsonText): JsonValue {
  const escaped = outer.subarray(start + 1, end - 1).toString('utf8');
  const places = placesOf(escaped, start + 1);
  return moved(parsePositioned(value), (at) => places[at] ?? end);
}

/** For each byte of what the escaped text means, the byte of the outer text that says it; one more for its end. */
function placesOf(escaped: string, from: number): Uint32Array {
  const places: number[] = [];
  let at = from;
  for (const [token] of escaped.matchAll(/\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|\\u[0-9a-f]{4}|\\.|[^\\]/giu)) {
    const length = Buffer.byteLength(token);
    if (token.startsWith('\\')) {
      // Several bytes that one escape stands for all begin with it.
      places.push(...new Array<number>(meant(token)).fill(at));
    } else {
      for (let byte = 0; byte < length; byte += 1) places.push(at + byte);
    }
    at += length;
  }
  return Uint32Array.from([...places, at]);
}

/** Bytes of the character that an escape stands for. */
const meant = (token: string): number => Buffer.byteLength(String(JSON.parse(`"${token}"`)));

function moved(value: JsonValue, place: (at: number) => number): JsonValue {
  const at = { start: place(value.start), end: place(value.end) };
  switch (value.kind) {
    case 'array':
      return { ...value, ...at, items: value.items.map((item) => moved(item, place)) };
    case 'object': {
      const members = [...value.members].map(([key, member]) => {
        const inner = { value: moved(member.value, place), start: place(member.start), end: place(member.end) };
        return [key, inner] as const;
      });
      return { ...value, ...at, members: new Map(members) };
    }
    default:
      return { ...value, ...at };
  }
}
