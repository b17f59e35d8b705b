/** Makes a machine's time run faster: every limit and every wait times one factor, so that their order stays what it was. Pure. */
import { type Json, type JsonObject, objectOf } from './json.ts';

/** Fields that count seconds; in a Retry a missing interval means 1 s. */
const limits = ['TimeoutSeconds', 'HeartbeatSeconds', 'Seconds'] as const;
const waits = ['IntervalSeconds', 'MaxDelaySeconds'] as const;

/** A definition as Step Functions has it, in and out. `factor` 0.01 makes a minute 600 ms. */
export function scaleDefinition(definition: JsonObject, factor: number): JsonObject {
  if (factor === 1) return definition;
  const scaled = scaleFields(definition, limits, factor);
  const states = objectOf(definition['States']);
  if (states === undefined) return scaled;
  return { ...scaled, States: mapValues(states, (state) => scaleState(state, factor)) };
}

function scaleState(value: Json, factor: number): Json {
  const state = objectOf(value);
  if (state === undefined) return value;
  const scaled = scaleFields(state, limits, factor);
  if (Array.isArray(state['Retry'])) {
    scaled['Retry'] = state['Retry'].map((retrier) => scaleFields({ IntervalSeconds: 1, ...objectOf(retrier) }, waits, factor));
  }
  for (const key of ['ItemProcessor', 'Iterator']) {
    const processor = objectOf(state[key]);
    if (processor !== undefined) scaled[key] = scaleDefinition(processor, factor);
  }
  if (Array.isArray(state['Branches'])) {
    scaled['Branches'] = state['Branches'].map((branch) => scaleDefinition(objectOf(branch) ?? {}, factor));
  }
  return scaled;
}

function scaleFields(value: JsonObject, fields: readonly string[], factor: number): JsonObject {
  const scaled = { ...value };
  for (const field of fields) {
    const seconds = value[field];
    if (typeof seconds === 'number') scaled[field] = seconds * factor;
  }
  return scaled;
}

const mapValues = (value: JsonObject, change: (entry: Json) => Json): JsonObject =>
  Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, change(entry)]));
