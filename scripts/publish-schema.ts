/** Writes the JSON Schema of report.json for readers outside this project. Run it after changing lib/contract/report.ts. */
import { writeFile } from 'node:fs/promises';
import { reportJsonSchema } from '../lib/report/json-schema.ts';

await writeFile('docs/schema/assay.report-1.json', `${JSON.stringify(reportJsonSchema(), null, 2)}\n`);
