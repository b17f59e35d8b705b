/**
 * What the checks say of themselves, without what evaluates them: who only names a check need not bundle the parsers that it brings.
 * Kept as data, and held to the checks by a test, which also writes it (`npx vitest run lib/checks/catalogue.test.ts -u`).
 */
import * as z from 'zod';
import { effort, severity } from '../contract/vocabulary.ts';
import written from './catalogue.json' with { type: 'json' };
import { checksPerCapability } from './counts.ts';

const capabilities = new Set(Object.keys(checksPerCapability));

const info = z.object({
  id: z.string(),
  title: z.string(),
  capability: z.custom<keyof typeof checksPerCapability>((name) => typeof name === 'string' && capabilities.has(name)),
  severity,
  rationale: z.string(),
  remediation: z.object({ steps: z.array(z.string()), effort }),
  controls: z.record(z.string(), z.array(z.string())),
});

export const catalogue = z.array(info).parse(written);
