import type { Model } from '../agents/model.ts';
import type { TaskContext } from '../runtime/task.ts';
import type { OpenModel } from './open-model.ts';
import type { StepContext } from './step.ts';

/** The model of a step, with the task's own time; null where the run has none. Absent in fallbacks, which never ask one. */
export interface ModelDeps {
  readonly model?: (context: StepContext) => Promise<Model | null>;
}

export const withModel = (open: OpenModel, { signal, deadlineMs }: TaskContext): Required<ModelDeps> => ({
  model: (step) => open(step, { signal, deadlineMs }),
});

export const modelOf = async ({ model }: ModelDeps, context: StepContext): Promise<Model | null> =>
  model === undefined ? null : model(context);
