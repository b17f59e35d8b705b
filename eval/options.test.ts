import { expect, test } from 'vitest';
import { parseOptions } from './options.ts';

test('all that need no waiting, unless it is said which', () => {
  const usual = parseOptions([]);
  expect(usual).toMatchObject({
    json: null,
    hang: false,
    parts: expect.arrayContaining(['good', 'malicious', 'flaky']),
  });
  expect('parts' in usual && usual.parts).not.toContain('hanging');
  expect(parseOptions(['--personality', 'hanging,good'])).toMatchObject({ parts: ['good', 'hanging'] });
  expect(parseOptions(['--personality', 'none'])).toMatchObject({ parts: [] });
});

test.each([
  [['--personality', 'brilliant'], /no personality is called 'brilliant'/],
  [['--prize', '1'], /--prize/],
])('%j is refused in one line', (argv, problem) => {
  expect(parseOptions(argv)).toEqual({ problem: expect.stringMatching(problem) });
});
