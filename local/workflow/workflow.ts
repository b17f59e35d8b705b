/** The workflow on one machine: engine, Step Functions endpoint and event rules, wired as AWS wires them. */
import type { Invoke } from '../gateway/invoke.ts';
import type { Credentials } from '../objects/signature.ts';
import type { Machines } from './definitions.ts';
import { startEndpoint } from './endpoint.ts';
import { type Engine, openEngine } from './engine.ts';
import { type EventBus, openEventBus } from './event-bus.ts';
import type { StatusChange } from './status-event.ts';

export interface Workflow {
  readonly engine: Engine;
  readonly bus: EventBus;
  /** Value of STEP_FUNCTIONS_ENDPOINT. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface WorkflowOptions {
  readonly machines: Machines;
  readonly invoke: Invoke;
  readonly credentials: Credentials;
  readonly port?: number;
  /** Status events are best-effort on AWS: a test loses some by answering false. */
  readonly delivers?: (event: StatusChange) => boolean;
  /** A rule's function failed on every attempt; on AWS the event goes to the dead-letter queue. */
  readonly onDropped?: (functionPath: string, error: unknown) => void;
}

export async function startWorkflow(options: WorkflowOptions): Promise<Workflow> {
  const { machines, invoke, credentials, port, delivers = () => true, onDropped } = options;
  const bus = openEventBus({ machines, invoke, ...(onDropped && { onDropped }) });
  const engine = openEngine({
    machines,
    invoke,
    onStatusChange: (event) => {
      if (delivers(event)) bus.deliver(event);
    },
  });
  const endpoint = await startEndpoint({ engine, credentials, ...(port !== undefined && { port }) });
  return {
    engine,
    bus,
    url: endpoint.url,
    async stop() {
      await endpoint.stop();
      await bus.close();
      await engine.close();
    },
  };
}
