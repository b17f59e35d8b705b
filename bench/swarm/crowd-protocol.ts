/** What the benchmark and the process of its users say to each other. */
import * as z from 'zod';

const route = z.object({ method: z.string(), path: z.string(), functionPath: z.string() });

/** The parts of a stack that a user reaches, as they survive a message. */
export const reached = z.object({
  issuer: z.object({ url: z.string(), anonKey: z.string() }),
  api: z.object({ url: z.string(), webSocketUrl: z.string() }),
  machines: z.object({ httpRoutes: z.array(route).readonly() }),
});
export type Reached = z.infer<typeof reached>;

export const order = z.discriminatedUnion('kind', [
  /** Every user signs up, and makes a project and connections. */
  z.object({ kind: z.literal('enrol'), stack: reached, toolsOrigin: z.string(), users: z.int() }),
  /** The first so many start a run at once and follow it to its end. */
  z.object({ kind: z.literal('run'), users: z.int() }),
]);
export type Order = z.infer<typeof order>;

export const outcome = z.object({
  wallMs: z.number(),
  /** Milliseconds of each run that ended. */
  runs: z.array(z.number()),
  /** One line for each error, those of earlier orders among them. */
  failures: z.array(z.string()),
});
export type Outcome = z.infer<typeof outcome>;
