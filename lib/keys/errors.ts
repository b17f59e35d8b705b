/** The sealed bytes were changed, or belong to another context or key: they do not open. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/** The key file cannot be read, or holds something else. */
export class KeyFileUnusable extends Error {
  override readonly name = 'KeyFileUnusable';
}

/** The key service answered without what was asked of it. */
export class KeyServiceAnswer extends Error {
  override readonly name = 'KeyServiceAnswer';
}
