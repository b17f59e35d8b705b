/** Stage settings, from the CDK context: validated before any construct is made. */
import type { Node } from 'constructs';
import * as z from 'zod';

/** Context values of the command line are text. */
const amount = z.coerce.number().min(0).transform(String);

const settings = z.object({
  stage: z.string().regex(/^[a-z][a-z0-9]{1,11}$/, 'a short lower-case word such as dev or prod'),
  /** Origins of the console, comma-separated: the only ones a browser may call from. */
  allowedOrigins: z.string().default('http://localhost:5173'),
  /** Host names of the API, comma-separated: its own domain, and what API Gateway called it. Nobody's connection may lead there. */
  ownHosts: z
    .string()
    .default('')
    .transform((list) => list.split(',').flatMap((host) => host.trim() || [])),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  model: z.string().default('gpt-5-mini'),
  /** US dollars per million tokens of that model, in and out: both, or no cost is known. */
  modelPriceInput: amount.optional(),
  modelPriceOutput: amount.optional(),
  /** US dollars that one run may cost; needs both prices. */
  modelCostPerRun: amount.optional(),
});

export interface Config extends z.infer<typeof settings> {
  /** Prefix of physical names: `assay-dev`. */
  readonly prefix: string;
  /** A production stage keeps its data when a stack is deleted. */
  readonly production: boolean;
}

/** Throws with the names of the settings that do not fit. */
export function readConfig(node: Node): Config {
  const raw = Object.fromEntries(Object.keys(settings.shape).map((key) => [key, node.tryGetContext(key)]));
  const parsed = settings.safeParse(raw);
  if (!parsed.success) throw new Error(`CDK context: ${z.prettifyError(parsed.error)}`);
  return { ...parsed.data, prefix: `assay-${parsed.data.stage}`, production: parsed.data.stage === 'prod' };
}
