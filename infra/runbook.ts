/** Where an alarm's description sends whoever is woken by it. */
export const runbook = (anchor: string): string => `docs/runbook.md#${anchor}`;
