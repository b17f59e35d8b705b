/** The OpenAPI 3.1 document of the routes: the same schemas that validate requests and answers. */
import * as z from 'zod';
import { apiErrors } from '../../contract/errors.ts';
import type { Route } from './route.ts';

type Described = Omit<Route, 'prepare'>;
type Json = Record<string, unknown>;

export function openApiDocument(routes: readonly Described[], version: string): Json {
  const paths: Record<string, Json> = {};
  // By path and method, so that the document does not change with the order of files.
  for (const route of [...routes].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Assay',
      version,
      description: 'Assesses software projects against a framework; every statement cites stored bytes.',
    },
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      responses: { Error: { description: 'What went wrong, and how to mend it.', content: json(schemaOf(problem, 'output')) } },
    },
  };
}

const keyOf = ({ path, method }: Described): string => `${path} ${method}`;

const problem = z.object({
  error: z.object({
    code: z.enum(Object.keys(apiErrors)),
    message: z.string(),
    requestId: z.string(),
    details: z.unknown().optional(),
  }),
});

const json = (schema: Json): Json => ({ 'application/json': { schema } });

function operation(route: Described): Json {
  const parameters = [...inputs(route.params, 'path'), ...inputs(route.query, 'query'), ...idempotencyKey(route)];
  return {
    operationId: operationId(route),
    summary: route.summary,
    ...(route.auth === 'none' ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === undefined ? {} : { requestBody: { required: true, content: json(schemaOf(route.body, 'input')) } }),
    responses: { [route.status]: answer(route.response), default: { $ref: '#/components/responses/Error' } },
  };
}

function answer(response: z.ZodType): Json {
  if (response instanceof z.ZodUndefined) return { description: 'Done.' };
  return { description: 'The answer.', content: json(schemaOf(response, 'output')) };
}

const shape = z.object({
  properties: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  required: z.array(z.string()).default([]),
});

function inputs(schema: z.ZodType | undefined, place: 'path' | 'query'): Json[] {
  if (schema === undefined) return [];
  const { properties, required } = shape.parse(schemaOf(schema, 'input'));
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

function idempotencyKey({ method, auth }: Described): Json[] {
  if (method !== 'POST' || auth === 'none') return [];
  const description = 'The same key and body give the same answer for 24 hours.';
  return [{ name: 'Idempotency-Key', in: 'header', required: false, description, schema: { type: 'string', maxLength: 200 } }];
}

/** `get /runs/{runId}/tool-calls` is getRunsByRunIdToolCalls. */
const operationId = ({ method, path }: Described): string =>
  method.toLowerCase() +
  path
    .replace(/\{(\w)/g, (_, first: string) => `by-${first}`)
    .replace(/(?:^|[/\-.}])+(\w)/g, (_, first: string) => first.toUpperCase())
    .replace(/\W/g, '');

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest }: Json = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    // A format says it all; its pattern, several hundred characters for a UUID, would be most of the document.
    override: ({ jsonSchema }) => {
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    },
  });
  return rest;
}
