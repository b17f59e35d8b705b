/** Is the content what was sealed, and by whom? */
import { createPublicKey, type KeyObject, verify as verifySignature } from 'node:crypto';
import type { Seal } from '../contract/report.ts';
import { UnreadableBundle } from './errors.ts';
import type { Leaf } from './leaves.ts';
import { merkleRoot } from './merkle.ts';
import type { Problem } from './problem.ts';
import { signedBytes } from './seal.ts';

/** Compares the leaves that the content gives with those that the seal lists, and the list with the root. */
export function sealProblems(actual: readonly Leaf[], seal: Seal): Problem[] {
  const problems = differences(actual, seal.leafHashes);
  const wrong = (message: string): number => problems.push({ kind: 'seal', where: 'report.json /seal', message });
  if (seal.leafHashes.length !== seal.leaves) wrong(`It says ${seal.leaves} leaves and lists ${seal.leafHashes.length}.`);
  const root = merkleRoot(seal.leafHashes.map((hash) => Buffer.from(hash, 'hex'))).toString('hex');
  if (root !== seal.root) wrong(`Its leaves give the root ${root}, not ${seal.root}.`);
  return problems;
}

/** Walks both lists: a leaf that only one of them has was changed, deleted or inserted; one that both have elsewhere was moved. */
function differences(actual: readonly Leaf[], sealed: readonly string[]): Problem[] {
  const inSeal = new Set(sealed);
  const present = new Set(actual.map(({ hash }) => hash));
  const problems: Problem[] = [];
  const note = (kind: Problem['kind'], where: string, message: string): number => problems.push({ kind, where, message });
  let [at, of] = [0, 0];
  while (at < actual.length || of < sealed.length) {
    const leaf = actual[at];
    const hash = sealed[of];
    const isLost = hash !== undefined && !present.has(hash);
    const isNew = leaf !== undefined && !inSeal.has(leaf.hash);
    if (leaf !== undefined && leaf.hash === hash) [at, of] = [at + 1, of + 1];
    else if (leaf !== undefined && isNew && isLost) {
      note('changed', leaf.name, 'Its content is not what was sealed.');
      [at, of] = [at + 1, of + 1];
    } else if (isLost) {
      note('deleted', `leaf ${of}`, `What was sealed here, before ${leaf?.name ?? 'the end'}, is gone.`);
      of += 1;
    } else if (leaf !== undefined && isNew) {
      note('inserted', leaf.name, 'It was not there when the report was sealed.');
      at += 1;
    } else {
      if (leaf !== undefined) note('moved', leaf.name, 'It was sealed at another place in the order.');
      [at, of] = [at + 1, of + 1];
    }
  }
  return problems;
}

/** `verified`: the key signed this root; `unproven`: integrity only, nobody's key was given; `failed`: signed by no one, or by another. */
export type Signer = 'verified' | 'unproven' | 'failed';

/** @throws UnreadableBundle when the key is no public key of a supported type. */
export function checkSigner(
  seal: Seal,
  runId: string,
  publicKeyPem: string | undefined,
): { signer: Signer; problems: Problem[] } {
  if (publicKeyPem === undefined) return { signer: 'unproven', problems: [] };
  const key = publicKey(publicKeyPem);
  const failed = (message: string) => ({
    signer: 'failed' as const,
    problems: [{ kind: 'signature' as const, where: 'report.json /seal/signature', message }],
  });
  if (seal.signature === undefined) return failed('The report carries no signature.');
  const algorithm = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  const isSigned = verifySignature(algorithm, signedBytes(seal, runId), key, Buffer.from(seal.signature, 'base64'));
  return isSigned
    ? { signer: 'verified', problems: [] }
    : failed('The signature is not by the given key over this root, count and run.');
}

function publicKey(pem: string): KeyObject {
  const key = parseKey(pem);
  if (key?.asymmetricKeyType === 'ed25519' || key?.asymmetricKeyType === 'ec') return key;
  throw new UnreadableBundle('The key is no Ed25519 or elliptic-curve public key in PEM form');
}

function parseKey(pem: string): KeyObject | null {
  try {
    return createPublicKey(pem);
  } catch {
    return null;
  }
}
