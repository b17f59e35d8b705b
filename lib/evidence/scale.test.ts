import { expect, test } from 'vitest';
import { assembleReport } from '../report/assemble.ts';
import { renderHtml } from '../report/html.ts';
import { renderMarkdown } from '../report/markdown.ts';
import { shopFiles } from '../report/sample-shop.ts';
import { sampleRun } from '../report/testing.ts';
import { writeBundle } from './bundle.ts';
import { sealReport } from './seal.ts';
import { verifyBundle } from './verify.ts';

const MIB = 1024 * 1024;

// Measured on two busy cores: 0.6 s and 130 MB from rows to bundle, 1 s to verify. The limits leave room for a loaded machine.
test('a repository of 5,000 files is assembled, sealed, rendered and verified in seconds and without much memory', async () => {
  const extra = Array.from(
    { length: 5000 },
    (_, index) => [`src/package-${index % 250}/module-${index}.ts`, `export const n = ${index};\n`] as const,
  );
  const data = sampleRun({ files: { ...shopFiles, ...Object.fromEntries(extra) } });
  const before = process.memoryUsage().rss;
  const started = performance.now();
  const report = assembleReport(data);
  const sealed = await sealReport({ ...data, report });
  const pages = [renderHtml(sealed.report), renderMarkdown(sealed.report)];
  const bundle = await writeBundle(sealed);
  expect(performance.now() - started).toBeLessThan(8000);
  expect(process.memoryUsage().rss - before).toBeLessThan(300 * MIB);
  expect(await verifyBundle(bundle)).toMatchObject({ ok: true, checked: { verdicts: 106 } });
  expect(report.population).toMatchObject([{ count: 5018, complete: true }]);
  expect(report.toolCalls.length).toBeGreaterThan(5250);
  for (const page of pages) expect(page.length).toBeLessThan(MIB);
});
