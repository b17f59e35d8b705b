import * as z from 'zod';

/** What is sent back: the defaults that the question states, or that nobody answers it. */
export type ElicitationAnswer =
  | { readonly action: 'accept'; readonly content: Readonly<Record<string, string | number | boolean>> }
  | { readonly action: 'decline' };

/** Of a question's schema as JSON, in UTF-16 code units. */
const MAX_SCHEMA = 16_384;

// A default that its own field would refuse is no answer, so each kind bounds it. Only what is read here is parsed.
const field = z.discriminatedUnion('type', [
  z
    .object({
      type: z.literal('string'),
      default: z.string().optional(),
      enum: z.array(z.string()).optional(),
      oneOf: z.array(z.object({ const: z.string() })).optional(),
      minLength: z.number().default(0),
      maxLength: z.number().default(MAX_SCHEMA),
    })
    .refine(({ default: text, enum: names, oneOf, minLength, maxLength }) => {
      if (text === undefined) return true;
      const listed = (names ?? [text]).includes(text) && (oneOf ?? [{ const: text }]).some((option) => option.const === text);
      return listed && [...text].length >= minLength && [...text].length <= maxLength;
    }),
  z
    .object({
      type: z.enum(['number', 'integer']),
      default: z.number().optional(),
      minimum: z.number().optional(),
      maximum: z.number().optional(),
    })
    .refine(({ type, default: figure, minimum, maximum }) => {
      if (figure === undefined) return true;
      return (type === 'number' || Number.isInteger(figure)) && figure >= (minimum ?? figure) && figure <= (maximum ?? figure);
    }),
  z.object({ type: z.literal('boolean'), default: z.boolean().optional() }),
]);

const question = z.object({
  mode: z.literal('form').default('form'),
  requestedSchema: z.object({
    type: z.literal('object'),
    properties: z.record(z.string().max(200), field),
    required: z.array(z.string()).default([]),
  }),
});

/**
 * Answers a server's `elicitation/create` with nothing but the defaults that its own schema states (SEP-1034). Declined: another mode
 * than a form, a field of no primitive type, a default that its field would refuse, a required field without one, a schema too large.
 */
export function elicitationAnswer(params: unknown): ElicitationAnswer {
  const parsed = question.safeParse(params);
  if (!parsed.success) return { action: 'decline' };
  const { properties, required } = parsed.data.requestedSchema;
  if (JSON.stringify(parsed.data.requestedSchema).length > MAX_SCHEMA) return { action: 'decline' };
  const content = Object.fromEntries(
    Object.entries(properties).flatMap(([name, { default: stated }]) => (stated === undefined ? [] : [[name, stated] as const])),
  );
  return required.every((name) => Object.hasOwn(content, name)) ? { action: 'accept', content } : { action: 'decline' };
}
