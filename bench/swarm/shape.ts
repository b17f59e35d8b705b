/** The run that is measured, and how long its waits are: the same for the system and for what it is compared with. */
export const shape = { sources: 6, rounds: 4, callsPerRound: 2, groups: 6, sections: 4 } as const;
export const latency = { modelMs: 600, toolMs: 150 } as const;

/** Plan, rounds of one source, one group, one section, the summary: everything else happens beside these. */
export const criticalMs =
  latency.modelMs + shape.rounds * (latency.modelMs + latency.toolMs) + latency.modelMs + latency.modelMs + latency.modelMs;

export const topicsOf = (source: string, round: number): string[] =>
  Array.from({ length: shape.callsPerRound }, (_, at) => `${source}, question ${round * shape.callsPerRound + at + 1}`);
