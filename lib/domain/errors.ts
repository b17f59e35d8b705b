/** A listing that is not, in every line, what its tool prints: nothing may be concluded from it. */
export class UnparsableListing extends Error {
  override readonly name = 'UnparsableListing';
}
