/** The token proves nothing: the caller has to sign in again. `message` says which rule failed, never what the token held. */
export class Unauthenticated extends Error {
  override readonly name = 'Unauthenticated';
}

/** The signing keys cannot be fetched: nobody can tell whether the token is good. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}
