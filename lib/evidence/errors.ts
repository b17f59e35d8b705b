/** A report that cannot be sealed: bytes that it cites are missing or are not what their hash says. */
export class UnsealableReport extends Error {
  override readonly name = 'UnsealableReport';
}

/** A bundle that cannot be read at all: no such file, too large, or the key is no public key. */
export class UnreadableBundle extends Error {
  override readonly name = 'UnreadableBundle';
}
