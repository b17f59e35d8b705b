import type { Capability, Check } from '../../checks/check.ts';
import type { Framework } from '../../frameworks/framework.ts';
import { controlsOf } from '../../frameworks/index.ts';

export interface PlannedTask {
  readonly position: number;
  readonly connectionId: string;
  /** What a person calls the source. */
  readonly source: string;
  readonly capability: Capability;
  readonly controlIds: readonly string[];
  readonly goal: string;
}

const goals: Record<Capability, string> = {
  'repository-files': 'List every file, read all text, and evaluate the repository checks.',
  'git-history': 'Read recent commits and tags, and evaluate the history checks.',
};

/** The plan that needs no model: one task for each capability that a connection offers and a check asks for. */
export function defaultPlan(
  connections: readonly { readonly id: string; readonly name: string; readonly capabilities: readonly Capability[] }[],
  checks: readonly Check[],
  framework: Framework,
): PlannedTask[] {
  const known = new Set(controlsOf(framework).map(({ id }) => id));
  return connections
    .flatMap(({ id, name, capabilities }) =>
      capabilities.map((capability) => ({
        connectionId: id,
        source: name,
        capability,
        controlIds: controlsReached(checks, capability, framework.id).filter((controlId) => known.has(controlId)),
        goal: goals[capability],
      })),
    )
    .filter(({ controlIds }) => controlIds.length > 0)
    .map((task, position) => ({ position, ...task }));
}

/** The controls that checks on this capability speak to, sorted. */
export function controlsReached(checks: readonly Check[], capability: Capability, frameworkId: string): string[] {
  const reached = checks.filter((check) => check.capability === capability).flatMap((check) => check.controls[frameworkId] ?? []);
  return [...new Set(reached)].sort((a, b) => (a < b ? -1 : 1));
}
