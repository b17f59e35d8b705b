import { type JsonLimits, JsonScan, tooComplex } from './json-scan.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const DATA = Buffer.from('data:');

/** Follows server-sent events: each event's data is one JSON text, over one or more lines (HTML, server-sent events, parsing). */
export class EventStreamScan {
  lines = 0;
  readonly #maxLines: number;
  readonly #json: JsonScan;
  /** The beginning of a line that is not yet known to be data or something else. */
  #field = 0;
  /** The first line counts as data whatever it is: byte order marks before it are dropped in more than one spelling. */
  #isData: boolean = true;
  #isFirst: boolean = true;
  #isEmpty: boolean = true;
  #afterReturn: boolean = false;

  constructor(limits: JsonLimits & { readonly maxLines: number }) {
    this.#maxLines = limits.maxLines;
    this.#json = new JsonScan(limits);
  }

  /**
   * Reads on to the end of the line, or of what has come of it.
   * @returns where to go on
   * @throws NetworkRefused
   */
  readLine(chunk: Uint8Array, from: number): number {
    const start = this.#afterReturn && chunk[from] === LINE_FEED ? from + 1 : from;
    if (start < chunk.length) this.#afterReturn = false;
    const end = lineEnd(chunk, start);
    this.#content(chunk.subarray(start, end));
    if (end === chunk.length) return end;
    this.#afterReturn = chunk[end] === CARRIAGE_RETURN;
    this.#endLine();
    return end + 1;
  }

  #content(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#isEmpty = false;
    let at = 0;
    if (!this.#isFirst) {
      for (; this.#field < DATA.length && at < bytes.length; at += 1, this.#field += 1) {
        if (bytes[at] !== DATA[this.#field]) this.#isData = false;
      }
    }
    if (this.#isData) this.#json.push(bytes.subarray(at));
  }

  #endLine(): void {
    this.lines += 1;
    if (this.lines > this.#maxLines) throw tooComplex(`goes on for more than ${this.#maxLines} lines`);
    if (this.#isEmpty) this.#json.endMessage();
    else this.#json.endLine();
    this.#field = 0;
    this.#isData = true;
    this.#isFirst = false;
    this.#isEmpty = true;
  }
}

function lineEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== LINE_FEED && bytes[at] !== CARRIAGE_RETURN) at += 1;
  return at;
}
