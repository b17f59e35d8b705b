/** What a stage may cost, in US dollars. */
export const goals = { idle: { dev: 35, prod: 130 }, assessment: 0.02 } as const;

export const stageNames = ['dev', 'prod'] as const;
type StageName = (typeof stageNames)[number];
