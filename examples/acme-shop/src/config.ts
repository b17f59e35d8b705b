import * as z from 'zod';

const schema = z.object({
  PORT: z.coerce.number().int().positive().default(8080),
  DATABASE_URL: z.string().min(1),
  SESSION_SECRET: z.string().min(32),
  PAYMENTS_API_KEY: z.string().min(1),
  PAYMENTS_WEBHOOK_KEY: z.string().min(1),
});

export type Config = z.infer<typeof schema>;

/** Fails at the start, naming every variable that is missing or malformed. */
export const readConfig = (environment: NodeJS.ProcessEnv): Config => schema.parse(environment);
