import { describe, expect, test } from 'vitest';
import { openPatience } from './patience.ts';

/** A question at 0, answered at 100. */
function answered(behind = false) {
  const patience = openPatience(0);
  patience.asked(0);
  patience.answered(100, behind);
  return patience;
}

describe('patience', () => {
  test('a gap is asked about after 500 ms, unless it closes', () => {
    const patience = answered();
    patience.heard(1_000, { delivered: false, gap: true });
    patience.heard(1_300, { delivered: false, gap: true });
    expect([patience.verdict(1_499), patience.verdict(1_500)]).toEqual(['wait', 'gap']);
    patience.heard(1_600, { delivered: true, gap: false });
    expect(patience.due()).toBe(16_600);
  });

  test('an answer with news of events that have not come is a gap', () => {
    const patience = answered(true);
    expect([patience.verdict(599), patience.verdict(600)]).toEqual(['wait', 'gap']);
  });

  test('while an answer is on its way nothing else is asked; without one the socket is lost', () => {
    const patience = openPatience(0);
    patience.asked(0);
    patience.heard(100, { delivered: false, gap: true });
    expect([patience.verdict(9_999), patience.verdict(10_000)]).toEqual(['wait', 'lost']);
  });

  test('silence is asked about every 15 s, for as long as it lasts', () => {
    const patience = answered();
    for (const start of [0, 15_000, 30_000, 45_000, 60_000, 75_000, 90_000]) {
      expect(patience.verdict(start + 15_000)).toBe('quiet');
      patience.asked(start + 15_000);
      patience.answered(start + 15_010, false);
    }
  });

  test('a gap that five questions did not close needs another socket', () => {
    const patience = openPatience(0);
    const verdicts = [0, 1, 2, 3, 4, 5].map((n) => {
      patience.asked(n * 1_000);
      patience.answered(n * 1_000 + 10, true);
      return patience.verdict(n * 1_000 + 510);
    });
    expect(verdicts).toEqual(['gap', 'gap', 'gap', 'gap', 'lost', 'lost']);
  });
});
