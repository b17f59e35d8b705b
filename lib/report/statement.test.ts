import { describe, expect, test } from 'vitest';
import { foreignFigure } from './statement.ts';

const sizes = { files: 712, commits: 0, tags: 0, records: 0 };
const globs = ['**/*.tf', 'docs/v2 (old).md'];
const predicate = { name: 'path-matches', args: { globs } } as const;

describe('a statement of a population', () => {
  test.each([
    ['41 of 712 files match **/*.tf, docs/v2 (old).md', null],
    ['none of 712 files is Terraform, CloudFormation or Compose', null],
    ['711 of the 712 files hold text', '711'],
    ['41 of 712 files match; five hold text', '5'],
    ['41 of 712 files match, package.json among them', 'package.json'],
    ['41 of 712 files match, "text" among them', 'text'],
  ])('%j: %j is foreign', (statement, foreign) => {
    expect(foreignFigure({ predicate, count: 41, statement }, sizes)).toBe(foreign);
  });
});
