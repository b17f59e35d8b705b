import { answering } from './personality.ts';

/** Valid answers in which nothing stands. */
export const lazy = answering({
  plan: () => ({ tasks: [] }),
  extraction: () => ({ calls: [], done: true }),
  assessment: () => ({ findings: [], proposals: [] }),
  section: () => ({ sentences: [], findings: [] }),
  remediation: () => ({ items: [] }),
  summary: () => ({ sentences: [] }),
});
