/** Every function: where its code lies, how long it may run, and what it uses. Permissions and environment follow from `uses`. */
import { apiFunction, eventFunction, migrateFunction, type TaskTiming, tasks } from './workflow/timing.ts';

/** A capability: `environment.ts` says which variables it brings, `grants.ts` which permissions. */
export type Use =
  | 'database'
  | 'cache'
  | 'sign-in'
  | 'origins'
  | 'outward'
  | 'public-url'
  | 'model'
  | 'push'
  | 'read-objects'
  | 'write-objects'
  | 'erase-objects'
  | 'seal'
  | 'unseal'
  | 'sign'
  | 'start-run'
  | 'stop-run'
  | 'answer-task'
  /** The database as its owner, who alone changes tables. */
  | 'database-owner';

export interface FunctionSpec {
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly uses: readonly Use[];
  /** A folder that goes into the bundle under its own name, beside the code. */
  readonly files?: string;
}

const task = (timing: TaskTiming, memoryMb: number, ...uses: Use[]): FunctionSpec => ({
  timeoutSeconds: timing.function,
  memoryMb,
  uses: ['database', 'cache', 'push', ...uses],
});
const api = (...uses: Use[]): FunctionSpec => ({
  timeoutSeconds: apiFunction,
  memoryMb: 512,
  uses: ['database', 'cache', 'sign-in', ...uses],
});
const socket = (memoryMb: number, ...uses: Use[]): FunctionSpec => ({
  timeoutSeconds: apiFunction,
  memoryMb,
  uses: ['cache', ...uses],
});
const event = (...uses: Use[]): FunctionSpec => ({
  timeoutSeconds: eventFunction,
  memoryMb: 1024,
  uses: ['database', 'cache', 'push', ...uses],
});

/** Keyed by the folder under `functions/`, which is a function's identity everywhere. */
export const taskFunctions = {
  'tasks/plan': task(tasks.plan, 512, 'model'),
  'tasks/plan-fallback': task(tasks.planFallback, 512),
  'tasks/extract': task(tasks.extract, 1024, 'seal', 'unseal', 'outward', 'model'),
  'tasks/await-approval': task(tasks.awaitApproval, 512, 'seal', 'answer-task'),
  'tasks/source-gap': task(tasks.sourceGap, 512),
  'tasks/assess': task(tasks.assess, 1024, 'model'),
  'tasks/assess-fallback': task(tasks.assessFallback, 1024),
  'tasks/write-section': task(tasks.writeSection, 512, 'model'),
  'tasks/section-fallback': task(tasks.sectionFallback, 512),
  'tasks/remediate': task(tasks.remediate, 512, 'model'),
  'tasks/remediate-fallback': task(tasks.remediateFallback, 512),
  'tasks/summarise': task(tasks.summarise, 512, 'model'),
  'tasks/summarise-fallback': task(tasks.summariseFallback, 512),
  'tasks/compare': task(tasks.compare, 512),
  'tasks/report-fallback': task(tasks.reportFallback, 1024),
  'tasks/finalise': task(tasks.finalise, 1024, 'write-objects', 'sign'),
} as const satisfies Record<string, FunctionSpec>;

export const eventFunctions = {
  'events/execution-ended': event('write-objects', 'sign'),
  'events/sweep': event('write-objects', 'sign'),
} as const satisfies Record<string, FunctionSpec>;

export const webSocketFunctions = {
  'ws/connect': socket(256, 'origins'),
  'ws/disconnect': socket(256),
  'ws/message': socket(512, 'database', 'push', 'unseal', 'start-run', 'stop-run', 'answer-task'),
} as const satisfies Record<string, FunctionSpec>;

export const apiFunctions = {
  'api/ws-tickets': api(),
  'api/projects': api('erase-objects'),
  'api/connections': api('seal', 'unseal', 'outward', 'origins', 'public-url'),
  'api/frameworks': api(),
  'api/runs': api('start-run', 'stop-run'),
  'api/approvals': api('unseal', 'answer-task'),
  'api/decisions': api(),
  'api/findings': api(),
  'api/reports': api('read-objects'),
  /** Answers without database or cache, so that it says something when either is down. */
  'api/health': { timeoutSeconds: 10, memoryMb: 256, uses: [] },
} as const satisfies Record<string, FunctionSpec>;

/** What a deployment itself calls. */
export const deployFunctions = {
  'deploy/migrate': { timeoutSeconds: migrateFunction, memoryMb: 512, uses: ['database-owner'], files: 'prisma/migrations' },
} as const satisfies Record<string, FunctionSpec>;

export const specs: Readonly<Record<string, FunctionSpec>> = {
  ...taskFunctions,
  ...eventFunctions,
  ...webSocketFunctions,
  ...apiFunctions,
  ...deployFunctions,
};

export type TaskFunction = keyof typeof taskFunctions;
export type EventFunction = keyof typeof eventFunctions;
export type WebSocketFunction = keyof typeof webSocketFunctions;
export type ApiFunction = keyof typeof apiFunctions;
