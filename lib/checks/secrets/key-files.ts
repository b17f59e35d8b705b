/** Files that hold private keys, by name and by content. */
import type { Observation, RepositoryFile, RepositoryFiles } from '../check.ts';
import { excerpt, isText } from '../cite.ts';
import { countPaths, fail, literalGlob, notApplicable, pass, unknown } from '../observe.ts';

export const keyFileGlobs = [
  '**/*.{pem,key,p8,pk8,ppk,p12,pfx,jks,keystore,kdbx}',
  '**/{id_rsa,id_dsa,id_ecdsa,id_ed25519,id_ecdsa_sk,id_ed25519_sk}',
] as const;

const privateKey = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|^PuTTY-User-Key-File-\d+:/m;
const publicPart = /-----BEGIN (?:[A-Z0-9]+ )*(?:CERTIFICATE(?: REQUEST)?|PUBLIC KEY|PARAMETERS|CRL|PKCS7)-----/;
const container = /\.(?:p12|pfx|jks|keystore|kdbx)$/i;
/** A file that is one word of key material: Rails' master.key, a hexadecimal or base64 key. */
const rawKey = /^\s*[\w+/=-]{16,}\s*$/;

export function judgeKeyFile(input: RepositoryFiles, file: RepositoryFile): Observation {
  if (container.test(file.path)) return unknown(file.path, 'It is a key store, whose contents cannot be read');
  // Apple's presentations end in .key as well.
  if (file.content.kind === 'not-read' && file.content.reason === 'binary')
    return notApplicable(file.path, 'It is a binary file, not a text key');
  if (!isText(file)) return unknown(file.path, 'The file was not read');
  const { text } = file.content;
  const secret = privateKey.exec(text);
  if (secret) return fail(file.path, 'It holds a private key', [excerpt(file, secret.index, secret.index + secret[0].length)]);
  if (rawKey.test(text))
    return fail(file.path, 'It holds nothing but what looks like key material', [countPaths(input, [literalGlob(file.path)])]);
  const harmless = publicPart.exec(text);
  if (harmless)
    return pass(file.path, 'It holds a public part, no private key', [
      excerpt(file, harmless.index, harmless.index + harmless[0].length),
    ]);
  return unknown(file.path, 'It is named like a key, but its format is not known');
}
