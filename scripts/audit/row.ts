export interface Row {
  readonly id: string;
  readonly what: string;
  readonly required: string;
  /** Rows of docs/security/threat-model.md; none for a fault. */
  readonly model?: readonly number[];
  /** Titles by file, as they stand in the source: of a test, a family (`%s` included) or a `describe`; the beginning or a part suffices. */
  readonly tests: Readonly<Record<string, readonly string[]>>;
}
