import type { Model } from '../agents/model.ts';
import type { StepContext } from './step.ts';

export interface ModelTime {
  /** Of the task; its reason is thrown. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds when the task must have its answer. */
  readonly deadlineMs: number;
}

/**
 * The model of one step: its calls stand in the ledger, keep to the budgets of run and user, and end in time. Null for a run in mode
 * `checks`; where a model was asked for and none is configured, every question throws ModelUnavailable.
 */
export type OpenModel = (context: StepContext, time: ModelTime) => Promise<Model | null>;

/** The model of a step within the task's own time. Absent in fallbacks, which never ask one. */
export interface ModelDeps {
  readonly model?: (context: StepContext) => Promise<Model | null>;
}

export const modelOf = async ({ model }: ModelDeps, context: StepContext): Promise<Model | null> =>
  model === undefined ? null : model(context);
