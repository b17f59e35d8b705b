import * as z from 'zod';
import { report } from '../contract/report.ts';

/** `report.json` as JSON Schema (draft 2020-12): published in docs/schema/assay.report-1.json (json-schema.test.ts keeps it current). */
export const reportJsonSchema = (): Record<string, unknown> => ({
  title: 'assay.report/1',
  description:
    'A compliance assessment in which every statement cites stored bytes. Offsets are UTF-8 bytes; times are ISO 8601 in UTC.',
  ...z.toJSONSchema(report),
});
