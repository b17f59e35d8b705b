import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { prepareReportFolder, writeReport } from './report-folder.ts';

let assessed: string;
beforeEach(() => {
  assessed = mkdtempSync(join(tmpdir(), 'assay-out-'));
});
afterEach(() => rmSync(assessed, { recursive: true, force: true }));

const bytes = Buffer.from('{}');

describe('the folder of a report', () => {
  test('inside what is assessed, is left out by an ignore file of the report alone', async () => {
    await prepareReportFolder(join(assessed, 'out'), assessed);
    expect(readdirSync(join(assessed, 'out'))).toEqual(['.gitignore']);
    expect(readFileSync(join(assessed, 'out', '.gitignore'), 'utf8')).toBe(
      '.gitignore\nreport.json\nreport.md\nreport.html\nbundle.zip\n',
    );
  });

  test('beside it, or with an ignore file of its own, is left as it is', async () => {
    const beside = join(assessed, 'beside');
    const own = join(assessed, 'src', 'out');
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, '.gitignore'), 'mine\n');
    await prepareReportFolder(beside, join(assessed, 'src'));
    await prepareReportFolder(own, join(assessed, 'src'));
    expect(readdirSync(beside)).toEqual([]);
    expect(readFileSync(join(own, '.gitignore'), 'utf8')).toBe('mine\n');
  });

  test('is neither what is assessed nor below a file', async () => {
    writeFileSync(join(assessed, 'file'), '');
    for (const directory of [assessed, join(assessed, 'file'), join(assessed, 'file', 'out')]) {
      await expect(prepareReportFolder(directory, assessed)).rejects.toMatchObject({ name: 'BadReportFolder' });
    }
    expect(readdirSync(assessed)).toEqual(['file']);
  });

  test('holds one report: what an earlier one had more is removed, other files stay', async () => {
    writeFileSync(join(assessed, 'notes.txt'), '');
    await writeReport(assessed, [
      ['json', bytes],
      ['html', bytes],
      ['bundle', bytes],
    ]);
    await writeReport(assessed, [
      ['md', bytes],
      ['bundle', bytes],
    ]);
    expect(new Set(readdirSync(assessed))).toEqual(new Set(['bundle.zip', 'notes.txt', 'report.md']));
  });
});
