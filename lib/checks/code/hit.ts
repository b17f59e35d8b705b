/** What a detector found in one file: one place or several that together decide. */
export type Topic = 'tls' | 'cryptography' | 'injection' | 'exposure';

export interface Place {
  readonly start: number;
  readonly end: number;
}

export interface Hit {
  readonly topic: Topic;
  readonly result: 'fail' | 'pass' | 'unknown';
  /** A whole clause without a subject, to follow "The file": "turns certificate verification off". */
  readonly says: string;
  readonly places: readonly Place[];
}
