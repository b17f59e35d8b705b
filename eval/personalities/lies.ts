/**
 * False of every example, and without a number, name or identifier that code could miss in what they cite: what only a reader notices.
 * The wrong model says them on real citations, and the evaluation counts how many are printed.
 */
export const lies = {
  verdict: 'All controls are satisfied and no weaknesses were found.',
  description: 'This was checked by hand and is in order.',
  ofFigures: 'Everything that was looked at is compliant.',
} as const;
