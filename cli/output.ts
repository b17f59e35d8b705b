/** The one place that writes to the terminal. Results go to stdout, everything about the doing goes to stderr. */

/** Aborts when nobody reads any more: `| head` has read enough, the terminal is gone. What is written then goes nowhere. */
const reader = new AbortController();
export const noReader: AbortSignal = reader.signal;
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => reader.abort());

export const out = (line: string): void => void process.stdout.write(`${line}\n`);
export const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** `NO_COLOR` (no-color.org) and pipes get plain text. */
export const isFancy = (stream: NodeJS.WriteStream): boolean =>
  stream.isTTY === true && process.env['NO_COLOR'] === undefined && process.env['TERM'] !== 'dumb';

const style =
  (open: number, close: number) =>
  (text: string, on: boolean): string =>
    on ? `\u001b[${open}m${text}\u001b[${close}m` : text;
export const bold = style(1, 22);
export const dim = style(2, 22);
export const red = style(31, 39);
export const green = style(32, 39);
export const yellow = style(33, 39);
export const cyan = style(36, 39);
