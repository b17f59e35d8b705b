/** Base of everything lib/cache throws. */
export class CacheError extends Error {
  override name = 'CacheError';
}

/** Redis cannot be reached, does not answer in time, or cannot serve right now (loading, failing over, out of memory). */
export class CacheUnavailable extends CacheError {
  override name = 'CacheUnavailable';
}

/** Redis answered, but refused the command or answered in an unknown shape: a defect of ours, never retried. */
export class CacheDefect extends CacheError {
  override name = 'CacheDefect';
}

/** A value that is no UUID, no member of its enum, or no base64url was offered as part of a key. */
export class InvalidKeyPart extends CacheError {
  override name = 'InvalidKeyPart';
}
