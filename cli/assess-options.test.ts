import { describe, expect, test } from 'vitest';
import { parseAssessArgs } from './assess-options.ts';

describe('assess options', () => {
  test.each([
    [[], /name the folder/],
    [['a', 'b'], /one folder at a time/],
    [['.', '--format', 'docx'], /unknown format 'docx': choose from json/],
    [['.', '--fail-on', 'awful'], /unknown severity 'awful': choose from critical/],
    [['.', '--min-coverage', 'lots'], /percentage from 0 to 100/],
    [['.', '--min-coverage='], /percentage from 0 to 100/],
    [['.', '--model='], /--model needs a name/],
    [['.', '--model', 'any', '--no-model'], /exclude each other/],
    [['.', '--frobnicate'], /Unknown option '--frobnicate'/],
  ])('%j is refused in one line', (argv, expected) => {
    const parsed = parseAssessArgs(argv);
    if (!('problem' in parsed)) throw new Error('was accepted');
    expect(parsed.problem).toMatch(expected);
    expect(parsed.problem).not.toContain('\n');
  });

  test('defaults are those of the contract', () => {
    expect(parseAssessArgs(['.'])).toMatchObject({
      directory: '.',
      framework: 'nist-csf-2.0',
      outDirectory: './assay-report',
      formats: ['json', 'md', 'html'],
      failOn: null,
      allowPartial: false,
      model: null,
    });
  });
});
