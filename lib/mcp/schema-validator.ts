import type { JsonSchemaValidatorResult, jsonSchemaValidator } from '@modelcontextprotocol/client';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { RE2JS } from 're2js';
import { sha256Hex } from './result.ts';
import { type SchemaLimits, schemaSize } from './schema-size.ts';

/** Ajv makes a function of a schema of this size within some tens of milliseconds (test/hostile). */
const limits: SchemaLimits = { maxDepth: 32, maxNodes: 600, maxPatternLength: 256 };
/** Places of the schema times values of a result. */
const MAX_STEPS = 2_000_000;
/** Characters times instructions of the patterns that look at them, all of a schema's together: up to 50 ns each. */
const MAX_MATCHED = 1_000_000;
/** Compiled schemas that are kept, over all connections: a function of a schema says nothing of whose it is. */
const MAX_KEPT = 200;

/** What is wrong with a value; null where nothing is, or where judging it would cost too much. */
type Judge = (input: unknown) => string | null;

/**
 * The SDK's port for a tool's `outputSchema`. What a stranger's schema may cost is bounded before it is compiled, patterns run in
 * linear time, no reference leaves the schema, and one schema is compiled once, when a tool that has it is first called. A schema over
 * a limit counts as none: the tool works, its results are not judged, and `onUnusable` is told why.
 */
export function openSchemaValidator(onUnusable: (reason: string) => void = () => undefined): jsonSchemaValidator {
  const kept = new Map<string, Judge>();
  const judgeOf = (schema: object): Judge => {
    const size = schemaSize(schema, limits);
    if (!size.usable) return unjudged(size.reason);
    const key = sha256Hex(Buffer.from(JSON.stringify(schema)));
    const judge = kept.get(key) ?? compiled(schema, size.nodes) ?? unjudged('cannot be compiled');
    // The one used last is the last to go.
    kept.delete(key);
    kept.set(key, judge);
    for (const oldest of kept.keys()) if (kept.size > MAX_KEPT) kept.delete(oldest);
    return judge;
  };
  const unjudged = (reason: string): Judge => {
    onUnusable(reason);
    return () => null;
  };
  return {
    getValidator: <T>(schema: object) => {
      // The SDK asks for the validators of all tools at once, for the sake of the one that is called.
      let judge: Judge | undefined;
      return (input: unknown): JsonSchemaValidatorResult<T> => {
        judge ??= judgeOf(schema);
        const complaint = judge(input);
        return conforms<T>(input, complaint)
          ? { valid: true, data: input, errorMessage: undefined }
          : { valid: false, data: undefined, errorMessage: complaint ?? '' };
      };
    },
  };
}

/** The type is what the SDK's caller says the schema stands for. */
const conforms = <T>(_input: unknown, complaint: string | null): _input is T => complaint === null;

/** An Ajv for each: one would keep every schema for ever, and a `$id` of one server could be another's. Null where Ajv refuses. */
function compiled(schema: object, nodes: number): Judge | null {
  let matched = 0;
  const linear = (pattern: string) => {
    const regexp = RE2JS.compile(RE2JS.translateRegExp(pattern));
    const size = regexp.programSize();
    const test = (text: string): boolean => {
      matched += text.length * size;
      if (matched > MAX_MATCHED) throw new TooCostly();
      return regexp.matcher(text).find();
    };
    return { test };
  };
  const ajv = new Ajv2020({
    strict: false,
    logger: false,
    meta: false,
    validateSchema: false,
    validateFormats: false,
    ownProperties: true,
    code: { regExp: Object.assign(linear, { code: 'linear' }) },
  });
  // Their time grows with the square of a list and with the length of a text, which no count of places tells.
  for (const keyword of ['uniqueItems', 'minLength', 'maxLength']) ajv.removeKeyword(keyword);
  let validate: ReturnType<typeof ajv.compile>;
  try {
    validate = ajv.compile(schema);
  } catch {
    return null;
  }
  return (input) => {
    if (nodes * valuesIn(input) > MAX_STEPS) return null;
    matched = 0;
    try {
      return validate(input) === true ? null : ajv.errorsText(validate.errors).slice(0, MAX_COMPLAINT);
    } catch (error) {
      if (error instanceof TooCostly) return null;
      throw error;
    }
  };
}

/** In characters: it stands in an error's message. */
const MAX_COMPLAINT = 300;

class TooCostly extends Error {
  override readonly name = 'TooCostly';
}

function valuesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  let count = 1;
  for (const inner of Object.values(value)) count += valuesIn(inner);
  return count;
}
