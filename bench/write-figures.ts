import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { say } from '../cli/output.ts';
import { dataDirectory } from '../local/paths.ts';

/** To the file that was asked for, else to `<name>.json` among the data. */
export async function writeFigures(name: string, asked: string | null, figures: object): Promise<void> {
  // Paths are meant from where npm was called, not from the project's own folder.
  const file = asked === null ? join(dataDirectory, `${name}.json`) : resolve(process.env['INIT_CWD'] ?? '.', asked);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(figures, null, 2)}\n`);
  say(`\nfigures: ${file}`);
}
