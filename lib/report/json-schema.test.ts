import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { reportJsonSchema } from './json-schema.ts';

test('the published schema is the one in the code (else: node scripts/publish-schema.ts)', async () => {
  const published: unknown = JSON.parse(await readFile('docs/schema/assay.report-1.json', 'utf8'));
  expect(published).toEqual(JSON.parse(JSON.stringify(reportJsonSchema())));
});
