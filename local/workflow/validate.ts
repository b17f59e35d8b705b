import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import { SynthesisFailed } from './errors.ts';

export const isDefinition = (value: object): value is StateMachineDefinition => 'StartAt' in value && 'States' in value;

/**
 * The engine's own validator: fields, reachability, paths, ARNs. Definitions are validated as synthesised, before their time is
 * scaled: Step Functions takes whole seconds only, the engine any number. Throws SynthesisFailed.
 */
export function validateDefinition(name: string, definition: object): void {
  if (!isDefinition(definition)) throw new SynthesisFailed(`${name} has no states.`);
  try {
    // The validator writes its defaults into what it is given.
    new StateMachine(structuredClone(definition));
  } catch (error) {
    throw new SynthesisFailed(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
