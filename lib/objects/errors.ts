/** The key or prefix is not one that the product generates. */
export class InvalidObjectKey extends Error {
  override readonly name = 'InvalidObjectKey';
}

/** Some objects under a prefix could not be removed: call again. */
export class ObjectsIncomplete extends Error {
  override readonly name = 'ObjectsIncomplete';
}
