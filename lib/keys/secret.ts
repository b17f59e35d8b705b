import { inspect } from 'node:util';

const shown = '[secret]';

/**
 * A value that must not be seen: printing, logging, serialising, cloning or spreading it gives `[secret]` or nothing.
 * Only `reveal()` gives it out, which is what a reviewer searches for.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [inspect.custom](): string {
    return shown;
  }
}
