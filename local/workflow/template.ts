/** Reads what one machine needs out of CloudFormation templates: functions, state machines, routes, rules. Pure. */
import * as z from 'zod';
import { SynthesisFailed } from './errors.ts';
import { evaluate, functionArn, machineArn, type TemplateResource } from './intrinsics.ts';
import { type Json, objectOf } from './json.ts';

const properties = z.record(z.string(), z.json());

/** What the templates say, with every reference resolved. Kept in a cache, hence a schema. */
export const workload = z.object({
  functions: z.array(
    z.object({
      /** Folder under functions/: `tasks/plan`. */
      path: z.string(),
      name: z.string(),
      arn: z.string(),
      timeoutSeconds: z.number(),
      memoryMb: z.number(),
      /** Names only: the values of a stage mean nothing on this machine. */
      environment: z.array(z.string()),
    }),
  ),
  machines: z.array(z.object({ name: z.string(), arn: z.string(), definition: properties })),
  httpRoutes: z.array(z.object({ method: z.string(), path: z.string(), functionPath: z.string() })),
  /** Route key (`$connect`) to function. */
  webSocketRoutes: z.record(z.string(), z.string()),
  rules: z.array(
    z.object({
      functionPath: z.string(),
      retryAttempts: z.number(),
      trigger: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('pattern'), pattern: properties }),
        z.object({ kind: z.literal('schedule'), everySeconds: z.number() }),
      ]),
    }),
  ),
});
export type Workload = z.infer<typeof workload>;

export const template = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: properties.default({}), Metadata: properties.default({}) }),
  ),
});
export type Template = z.infer<typeof template>;

const functionShape = z.object({
  FunctionName: z.string(),
  Timeout: z.number(),
  MemorySize: z.number(),
  Environment: z.object({ Variables: properties }).optional(),
});
const machineShape = z.object({ StateMachineName: z.string(), DefinitionString: z.string() });
const routeShape = z.object({ RouteKey: z.string(), Target: z.string().startsWith('integrations/') });
const ruleShape = z.object({
  EventPattern: properties.optional(),
  ScheduleExpression: z.string().optional(),
  Targets: z.array(
    z.object({ Arn: z.string(), RetryPolicy: z.object({ MaximumRetryAttempts: z.number().default(185) }).optional() }),
  ),
});

/** Throws SynthesisFailed when a template holds something that this runtime cannot stand in for. */
export function readTemplates(templates: readonly Template[]): Workload {
  const parts = templates.map(({ Resources }) => readResources(Resources));
  return {
    functions: parts.flatMap(({ functions }) => functions),
    machines: parts.flatMap(({ machines }) => machines),
    httpRoutes: parts.flatMap(({ httpRoutes }) => httpRoutes),
    webSocketRoutes: Object.assign({}, ...parts.map(({ webSocketRoutes }) => webSocketRoutes)),
    rules: parts.flatMap(({ rules }) => rules),
  };
}

function readResources(resources: Readonly<Record<string, TemplateResource>>): Workload {
  const all = Object.entries(resources);
  const of = (type: string): [string, TemplateResource][] => all.filter(([, { Type }]) => Type === type);
  const functions = of('AWS::Lambda::Function').map(([id, resource]) => readFunction(id, resource));
  /** By ARN, or by the address that an integration has for it. */
  const functionPath = (reference: string): string => {
    const found = functions.find(({ arn }) => reference === arn || reference.endsWith(`/${arn}/invocations`));
    if (found === undefined) throw new SynthesisFailed(`No function in the template answers to ${reference}.`);
    return found.path;
  };
  const routes = of('AWS::ApiGatewayV2::Route').map(([id, { Properties }]) => {
    const route = shaped(id, routeShape, evaluate(Properties, resources));
    const integration = resources[route.Target.replace(/^integrations\/<(.*)\.Ref>$/, '$1')];
    return {
      key: route.RouteKey,
      functionPath: functionPath(String(evaluate(integration?.Properties['IntegrationUri'] ?? '', resources))),
    };
  });
  return {
    functions,
    machines: of('AWS::StepFunctions::StateMachine').map(([id, { Properties }]) => {
      const { StateMachineName: name, DefinitionString } = shaped(id, machineShape, evaluate(Properties, resources));
      return { name, arn: machineArn(name), definition: properties.parse(JSON.parse(DefinitionString)) };
    }),
    httpRoutes: routes.flatMap(({ key, functionPath }) => {
      const [method, path] = key.split(' ');
      return method === undefined || path === undefined ? [] : [{ method, path, functionPath }];
    }),
    webSocketRoutes: Object.fromEntries(
      routes.filter(({ key }) => key.startsWith('$')).map(({ key, functionPath }) => [key, functionPath]),
    ),
    rules: of('AWS::Events::Rule').flatMap(([id, { Properties }]) => {
      const rule = shaped(id, ruleShape, evaluate(Properties, resources));
      return rule.Targets.map((target) => ({
        functionPath: functionPath(target.Arn),
        retryAttempts: target.RetryPolicy?.MaximumRetryAttempts ?? 185,
        trigger: triggerOf(id, rule),
      }));
    }),
  };
}

function readFunction(id: string, { Properties, Metadata }: TemplateResource): Workload['functions'][number] {
  const path = Metadata['assay:function'];
  if (typeof path !== 'string') throw new SynthesisFailed(`The function ${id} does not name its folder.`);
  const shape = shaped(id, functionShape, Properties);
  return {
    path,
    name: shape.FunctionName,
    arn: functionArn(shape.FunctionName),
    timeoutSeconds: shape.Timeout,
    memoryMb: shape.MemorySize,
    environment: Object.keys(shape.Environment?.Variables ?? {}),
  };
}

function triggerOf(id: string, rule: z.infer<typeof ruleShape>): Workload['rules'][number]['trigger'] {
  if (rule.EventPattern !== undefined) return { kind: 'pattern', pattern: rule.EventPattern };
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(rule.ScheduleExpression ?? '') ?? [];
  const seconds = { minute: 60, hour: 3_600, day: 86_400 }[unit ?? ''];
  if (seconds === undefined) throw new SynthesisFailed(`${id}: no such schedule here: ${rule.ScheduleExpression}.`);
  return { kind: 'schedule', everySeconds: Number(count) * seconds };
}

function shaped<T>(id: string, schema: z.ZodType<T>, value: Json): T {
  const parsed = schema.safeParse(objectOf(value));
  if (parsed.success) return parsed.data;
  throw new SynthesisFailed(`${id} in the template: ${z.prettifyError(parsed.error)}`);
}
