import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { reportJsonSchema } from './json-schema.ts';

const published = 'docs/schema/assay.report-1.json';

/** After changing lib/contract/report.ts: UPDATE_SCHEMA=1 npx vitest run lib/report/json-schema, then npx biome format --write docs/schema. */
test('the published schema is the one in the code', async () => {
  const text = `${JSON.stringify(reportJsonSchema(), null, 2)}\n`;
  if (process.env['UPDATE_SCHEMA'] === '1') await writeFile(published, text);
  expect(JSON.parse(await readFile(published, 'utf8'))).toEqual(JSON.parse(text));
});
