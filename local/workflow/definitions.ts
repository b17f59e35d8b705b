/** The state machines, functions, routes and rules of the synthesised app, ready to run on this machine. */
import { resolve } from 'node:path';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import { SynthesisFailed } from './errors.ts';
import { scaleDefinition } from './scale.ts';
import { synthesise } from './synthesise.ts';
import { withPlaceholders } from './task-token.ts';
import type { Workload } from './template.ts';
import { isDefinition } from './validate.ts';

export interface LocalFunction {
  /** Folder under functions/. */
  readonly path: string;
  readonly name: string;
  readonly arn: string;
  /** Scaled, like every limit here. */
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** The variables that the template gives this function. */
  readonly environment: readonly string[];
}

export interface LocalMachine {
  readonly name: string;
  readonly arn: string;
  readonly definition: StateMachineDefinition;
  readonly tasks: readonly LocalTask[];
}

/** A Task state, wherever in the machine it stands: the engine finds its handler by name, so names are unique in a machine. */
export interface LocalTask {
  readonly name: string;
  readonly resource: string;
  readonly timeoutMs: number;
}

export type Rule = Workload['rules'][number];

export interface Machines {
  readonly functions: readonly LocalFunction[];
  readonly machines: readonly LocalMachine[];
  readonly rules: readonly Rule[];
  /** For the gateway. */
  readonly httpRoutes: Workload['httpRoutes'];
  readonly webSocketRoutes: Workload['webSocketRoutes'];
  /** Value of RUN_STATE_MACHINE_ARN. */
  readonly runMachineArn: string;
  readonly timeScale: number;
}

export interface LoadOptions {
  /** 0.01 makes a minute 600 ms: for tests of timeouts. Limits, retry waits and schedules shrink alike. */
  readonly timeScale?: number;
  readonly root?: string;
  readonly signal?: AbortSignal;
}

/** Throws SynthesisFailed. */
export async function loadMachines({ timeScale = 1, root, signal }: LoadOptions = {}): Promise<Machines> {
  const project = root ?? resolve(import.meta.dirname, '..', '..');
  return prepare(await synthesise({ root: project, ...(signal && { signal }) }), timeScale);
}

/** The pure part of `loadMachines`. Throws SynthesisFailed. */
export function prepare(found: Workload, timeScale: number): Machines {
  const run = found.machines.find(({ name }) => name.endsWith('-run'));
  if (run === undefined) throw new SynthesisFailed('No state machine is named as the run.');
  return {
    functions: found.functions.map(({ timeoutSeconds, ...rest }) => ({ ...rest, timeoutMs: timeoutSeconds * 1_000 * timeScale })),
    machines: found.machines.map((machine) => prepareMachine(machine, timeScale)),
    rules: found.rules,
    httpRoutes: found.httpRoutes,
    webSocketRoutes: found.webSocketRoutes,
    runMachineArn: run.arn,
    timeScale,
  };
}

function prepareMachine({ name, arn, definition }: Workload['machines'][number], timeScale: number): LocalMachine {
  const scaled = withPlaceholders(scaleDefinition(definition, timeScale));
  if (!isDefinition(scaled)) throw new SynthesisFailed(`${name} has no states.`);
  const tasks = tasksOf(scaled);
  const twice = tasks.find((task, index) => tasks.findIndex((other) => other.name === task.name) !== index);
  if (twice !== undefined) throw new SynthesisFailed(`${name}: two tasks are named ${twice.name}.`);
  return { name, arn, definition: scaled, tasks };
}

function tasksOf({ States }: Pick<StateMachineDefinition, 'States'>): LocalTask[] {
  return Object.entries(States).flatMap(([name, state]): LocalTask[] => {
    switch (state.Type) {
      case 'Task': {
        if (state.TimeoutSeconds === undefined) throw new SynthesisFailed(`The task ${name} has no timeout.`);
        return [{ name, resource: state.Resource, timeoutMs: state.TimeoutSeconds * 1_000 }];
      }
      case 'Map': {
        const processor = state.ItemProcessor ?? state.Iterator;
        return processor === undefined ? [] : tasksOf(processor);
      }
      case 'Parallel':
        return state.Branches.flatMap(tasksOf);
      default:
        return [];
    }
  });
}
