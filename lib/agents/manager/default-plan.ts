import type { Capability, Check } from '../../checks/check.ts';
import type { exploration } from '../../contract/vocabulary.ts';
import type { Framework } from '../../frameworks/framework.ts';
import { controlsOf } from '../../frameworks/index.ts';

export interface PlannedTask {
  readonly position: number;
  readonly connectionId: string;
  /** What a person calls the source. */
  readonly source: string;
  readonly profile: string;
  readonly scope: Scope;
  /** Or `exploration`: no collector reads it. */
  readonly capability: Capability | typeof exploration;
  readonly controlIds: readonly string[];
  readonly goal: string;
  /** Tool calls beyond the collector's; 0 without a model. */
  readonly toolBudget: number;
  /** Milliseconds for those; null: what the task has. */
  readonly deadlineMs: number | null;
}

/** What of a server is assessed, in its profile's words: `{ repository: 'acme/shop' }`. */
export type Scope = Readonly<Record<string, string>>;

export interface PlannedSource {
  readonly id: string;
  readonly name: string;
  readonly profile: string;
  readonly scope: Scope;
  readonly capabilities: readonly Capability[];
}

const goals: Record<Capability, string> = {
  'repository-files': 'List every file, read all text, and evaluate the repository checks.',
  'git-history': 'Read recent commits and tags, and evaluate the history checks.',
  'repository-settings': 'Read branch rules, members and settings, and evaluate the access checks.',
  alerts: 'List secret, code and dependency alerts, and evaluate how long they stay open.',
  'cloud-configuration': 'Read storage, identities, logging and encryption defaults, and evaluate the cloud checks.',
  issues: 'List tickets on vulnerabilities, and evaluate whether they are overdue.',
  documents: 'List documents, and evaluate whether policies are kept up to date.',
  errors: 'List unresolved errors, and evaluate how long critical ones stay open.',
};

/** The plan that needs no model: one task for each capability that a connection offers and a check asks for. */
export function defaultPlan(
  connections: readonly PlannedSource[],
  checks: readonly Pick<Check, 'capability' | 'controls'>[],
  framework: Framework,
): PlannedTask[] {
  const known = new Set(controlsOf(framework).map(({ id }) => id));
  return connections
    .flatMap(({ id, name, profile, scope, capabilities }) =>
      capabilities.map((capability) => ({
        connectionId: id,
        source: name,
        profile,
        scope,
        capability,
        controlIds: controlsReached(checks, capability, framework.id).filter((controlId) => known.has(controlId)),
        goal: goals[capability],
        toolBudget: 0,
        deadlineMs: null,
      })),
    )
    .filter(({ controlIds }) => controlIds.length > 0)
    .map((task, position) => ({ position, ...task }));
}

/** The controls that checks on this capability speak to, sorted. */
export function controlsReached(
  checks: readonly Pick<Check, 'capability' | 'controls'>[],
  capability: Capability,
  frameworkId: string,
): string[] {
  const reached = checks.filter((check) => check.capability === capability).flatMap((check) => check.controls[frameworkId] ?? []);
  return [...new Set(reached)].sort((a, b) => (a < b ? -1 : 1));
}
