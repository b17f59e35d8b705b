/** What both renderers say about checking a report: where the key is, and how the bundle is to be handled. Plain text, constants. */

export const verifyCommand = 'npm run verify -- bundle.zip --key .assay/signer.pem';

/** Makes signer.pem from the key that sealed, where that is a KMS key. */
export const kmsKeyCommand =
  'aws kms get-public-key --key-id "$KEY_ID" --query PublicKey --output text | base64 -d | openssl pkey -pubin -inform DER -out signer.pem';

export const whereTheKeyIs =
  'The key is the public key of whoever runs Assay, got from them and not from the bundle. On one machine it is .assay/signer.pem in the ' +
  'folder of Assay. Where a KMS key seals, this writes it to signer.pem; name that file instead:';

export const bundleCare =
  'The bundle holds the whole of every cited result, not only what is quoted. A file in which a secret was found lies in it with the ' +
  'secret: handle the bundle as carefully as the repository itself.';
