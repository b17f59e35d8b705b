import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { envelope } from '../lib/contract/events.ts';
import { renderView } from './live-view.ts';
import { timeLeft } from './quantities.ts';
import { nothingSeen, watched } from './watched.ts';

/** A run of the sample clinic with a model, as `assess --json` printed it. */
const recorded = readFileSync(new URL('fixtures/run-with-model.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => envelope.parse(JSON.parse(line)));

/** The picture right after the event that `isLast` accepts first. */
function pictureAfter(isLast: (event: (typeof recorded)[number]['event']) => boolean, columns = 100, rows = 30): string {
  const upTo = recorded.findIndex(({ event }) => isLast(event)) + 1;
  return pictureOf(upTo, columns, rows).join('\n');
}

function pictureOf(upTo: number, columns: number, rows: number): string[] {
  const seen = recorded.slice(0, upTo).reduce(watched, nothingSeen);
  const now = new Date(recorded[upTo - 1]?.time ?? 0);
  return renderView({ ...seen, title: 'clinic', now, elapsedMs: 3_000, preparing: null }, { columns, rows, color: false });
}

describe('the picture of a recorded run', () => {
  test('shows a tool call while it goes on, whose it is, and how many it stands for', () => {
    const picture = pictureAfter((event) => event.type === 'TOOL_CALL_END');
    expect(picture).toMatch(/● Collect evidence {3}harbour-clinic files \(repository-files\) \d s/);
    expect(picture).toMatch(/→ \w+ +harbour-clinic files {2}\d+ ms …/);
    expect(picture).toMatch(/about \d0 s left/);
  });

  test('shows how long calls took, the groups at work, and tokens', () => {
    const picture = pictureAfter((event) => event.type === 'STEP_STARTED' && event.stepName.startsWith('report/'));
    expect(picture).toMatch(/✓ Collect evidence {3}done/);
    expect(picture).toMatch(/read_text_file ×\d+ +harbour-clinic files {2}\d+ ms$/m);
    expect(picture).toMatch(/[\d,]+ tokens$/m);
  });

  test('promises nothing once it has ended', () => {
    const picture = pictureAfter((event) => event.type === 'RUN_FINISHED');
    expect(picture).toMatch(/106 of 106/);
    expect(picture).not.toMatch(/left|longer|●/);
  });

  test('never exceeds the screen, whatever its size and whenever it is drawn', () => {
    const size = fc.integer({ min: 2, max: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: recorded.length }), size, size, (upTo, columns, rows) => {
        const lines = pictureOf(upTo, columns, rows);
        expect(lines.length).toBeLessThan(rows);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

test.each([
  [-1, 'taking longer than expected'],
  [4, 'a few seconds left'],
  [42, 'about 40 s left'],
  [200, 'about 3 min left'],
])('an end in %i s is %s', (seconds, text) => {
  const now = new Date(0);
  expect(timeLeft(new Date(seconds * 1000).toISOString(), now)).toBe(text);
});
