/** Seals credentials and signs reports. Two implementations ship: a key file (local.ts) and AWS KMS (kms.ts). */
export interface KeyProvider {
  /** The context (whose credential, of which connection) is bound to the ciphertext: it opens under the very same context only. */
  seal(context: Readonly<Record<string, string>>, plaintext: Uint8Array): Promise<Uint8Array>;
  /** Throws SealBroken when the bytes were changed, or sealed under another context or key. */
  open(context: Readonly<Record<string, string>>, sealed: Uint8Array): Promise<Uint8Array>;
  /** At most 4 KiB (KMS's limit): sign a root, not a document. `signature` is base64: Ed25519 (key file) or ECDSA P-256 with SHA-256, DER (KMS). */
  sign(bytes: Uint8Array): Promise<{ readonly signature: string; readonly keyId: string }>;
  /** The public half, SPKI PEM: what `verify --key` takes. */
  publicKeyPem(): Promise<string>;
}
