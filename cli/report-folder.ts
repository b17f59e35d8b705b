/** The folder that a report goes to: made and tried before anything else, written to at the end. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';

/** The report can't go there; the message is one line. */
export class BadReportFolder extends Error {
  override readonly name = 'BadReportFolder';
}

export const reportFiles = { json: 'report.json', md: 'report.md', html: 'report.html', bundle: 'bundle.zip' } as const;
export type ReportFile = keyof typeof reportFiles;

/**
 * Makes the folder, and sees that files can be written there. Inside the assessed folder it gets a .gitignore of the report's own
 * files: they are no evidence, and the report says what an ignore file left out.
 * @throws BadReportFolder
 */
export async function prepareReportFolder(directory: string, assessed: string): Promise<void> {
  const inside = relative(assessed, resolve(directory));
  if (inside === '') throw new BadReportFolder(`${directory} is what is assessed: name another folder for the report (--out)`);
  try {
    await mkdir(directory, { recursive: true });
    const probe = join(directory, `.assay-${process.pid}`);
    await writeFile(probe, '');
    await rm(probe);
    const ignore = join(directory, '.gitignore');
    const isInside = inside !== '..' && !inside.startsWith(`..${sep}`);
    if (isInside && !existsSync(ignore)) await writeFile(ignore, ['.gitignore', ...Object.values(reportFiles), ''].join('\n'));
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new BadReportFolder(
      `the report can't be written to ${directory} (${why}): name a folder that this user can write to (--out)`,
    );
  }
}

/** Each file is there whole or not at all; those of an earlier report that this one does not have are removed. Gives their paths. */
export async function writeReport(
  directory: string,
  contents: readonly (readonly [file: ReportFile, bytes: Uint8Array])[],
): Promise<string[]> {
  const placed = contents.map(([file, bytes]) => ({ path: join(directory, reportFiles[file]), bytes }));
  try {
    for (const { path, bytes } of placed) await writeFile(`${path}.part`, bytes);
    for (const { path } of placed) await rename(`${path}.part`, path);
  } finally {
    for (const { path } of placed) await rm(`${path}.part`, { force: true });
  }
  const paths = placed.map(({ path }) => path);
  const earlier = Object.values(reportFiles).map((name) => join(directory, name));
  for (const path of earlier.filter((one) => !paths.includes(one))) await rm(path, { force: true });
  return paths;
}
