import { NetworkRefused } from '../net/errors.ts';

export interface JsonLimits {
  /** Nested arrays and objects. */
  readonly maxDepth: number;
  /** Members and elements together. */
  readonly maxValues: number;
  /** Members or elements of one object or array no deeper than MESSAGE_DEPTH. */
  readonly maxItems: number;
}

/** The message, its `result`, and the lists in that: what the SDK's schemas look at one by one, and complain of one by one. */
const MESSAGE_DEPTH = 3;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const isOpener = (byte: number): boolean => byte === 0x5b || byte === 0x7b;
const isCloser = (byte: number): boolean => byte === 0x5d || byte === 0x7d;

/**
 * Counts what JSON.parse and the schemas after it would have to make, before they see it. It judges no syntax:
 * whatever is no JSON fails in JSON.parse, having cost no more than this let through.
 */
export class JsonScan {
  readonly #limits: JsonLimits;
  #depth = 0;
  #values = 0;
  /** Commas at each depth of the message. */
  readonly #items: number[] = Array(MESSAGE_DEPTH + 1).fill(0);
  #inString: boolean = false;
  #escaped: boolean = false;

  constructor(limits: JsonLimits) {
    this.#limits = limits;
  }

  /** @throws NetworkRefused */
  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) at = this.#inString ? this.#afterString(bytes, at) : this.#afterStructure(bytes, at);
  }

  /** No string of JSON goes on in the next line. */
  endLine(): void {
    this.#inString = false;
    this.#escaped = false;
  }

  /** Another message begins; what was counted stays counted, for the stream as a whole is bounded. */
  endMessage(): void {
    this.endLine();
    this.#depth = 0;
  }

  /** Nearly all bytes of most answers are in strings, so the end of one is searched for natively: a third of the time. */
  #afterString(bytes: Uint8Array, from: number): number {
    const quote = bytes.indexOf(QUOTE, from);
    const end = quote < 0 ? bytes.length : quote;
    let first = end;
    while (first > from && bytes[first - 1] === BACKSLASH) first -= 1;
    const carried = first === from && this.#escaped ? 1 : 0;
    const isEscaped = (end - first + carried) % 2 === 1;
    this.#escaped = quote < 0 && isEscaped;
    this.#inString = quote < 0 || isEscaped;
    return end + 1;
  }

  #afterStructure(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === COMMA) this.#count();
      else if (isOpener(byte)) this.#open();
      else if (isCloser(byte)) this.#depth -= 1;
      else if (byte === QUOTE) {
        this.#inString = true;
        return at + 1;
      }
    }
    return bytes.length;
  }

  #open(): void {
    this.#depth += 1;
    if (this.#depth <= MESSAGE_DEPTH) this.#items[this.#depth] = 0;
    if (this.#depth > this.#limits.maxDepth) throw tooComplex(`nests deeper than ${this.#limits.maxDepth}`);
    this.#count();
  }

  #count(): void {
    this.#values += 1;
    if (this.#values > this.#limits.maxValues) throw tooComplex(`holds more than ${this.#limits.maxValues} values`);
    if (this.#depth < 1 || this.#depth > MESSAGE_DEPTH) return;
    const items = (this.#items[this.#depth] ?? 0) + 1;
    this.#items[this.#depth] = items;
    if (items > this.#limits.maxItems) throw tooComplex(`lists more than ${this.#limits.maxItems} items`);
  }
}

export const tooComplex = (what: string): NetworkRefused => new NetworkRefused('too-complex', `an answer ${what}`);
