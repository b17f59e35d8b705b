/** `$$.Task.Token`, which the interpreter lacks: a placeholder in the definition, filled in at each entry into the state. Pure. */
import { type Json, type JsonObject, objectOf } from './json.ts';

const placeholder = '<task token>';

/** The definition with every `"key.$": "$$.Task.Token"` made a plain `"key": placeholder`. */
export function withPlaceholders(definition: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(definition).map(([key, value]) =>
      value === '$$.Task.Token' && key.endsWith('.$') ? [key.slice(0, -2), placeholder] : [key, inside(value)],
    ),
  );
}

function inside(value: Json): Json {
  if (Array.isArray(value)) return value.map(inside);
  const object = objectOf(value);
  return object === undefined ? value : withPlaceholders(object);
}

/** The payload with the token in place. */
export function withToken(payload: Json, token: string): Json {
  if (payload === placeholder) return token;
  if (Array.isArray(payload)) return payload.map((part) => withToken(part, token));
  const object = objectOf(payload);
  if (object === undefined) return payload;
  return Object.fromEntries(Object.entries(object).map(([key, part]) => [key, withToken(part, token)]));
}
