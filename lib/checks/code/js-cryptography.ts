/** Digests and ciphers in JavaScript and TypeScript: node:crypto, Web Crypto, crypto-js, the md5 and sha1 packages. */
import {
  ancestors,
  type Call,
  calleeName,
  isFunction,
  keyOf,
  type Node,
  pathOf,
  placeOf,
  type Source,
  stringOf,
  written,
} from './ast.ts';
import type { Hit } from './hit.ts';
import { purposeOf } from './purpose.ts';

const oldDigest = /^(?:md[245]|sha-?1|rsa-md5|rsa-sha1|ripemd(?:160)?|rmd160)$/i;
const oldCipher = /^(?:des|rc[24]|bf|blowfish|cast|idea|seed)|-ecb$/i;
const soundCipher = /^(?:aes|id-aes|chacha20|camellia|aria)/i;
const digestPackage = /(?:from|require\()\s*['"](?:md5|blueimp-md5|js-md5|sha1|js-sha1)['"]/;

type Found = Pick<Hit, 'result' | 'says'>;

const weakCipher: Found = { result: 'fail', says: 'uses a cipher or mode that is broken' };

function judgeCall(source: Source, call: Call): Found | undefined {
  const path = pathOf(call.callee);
  const name = calleeName(call);
  const algorithm = algorithmOf(call.arguments[0]);
  switch (name) {
    case 'createHash':
      if (algorithm === undefined) return undefined;
      return oldDigest.test(algorithm) ? judgeDigest(source, call) : { result: 'pass', says: 'uses a current digest' };
    case 'createHmac':
      return /^md[245]$/i.test(algorithm ?? '')
        ? { result: 'fail', says: 'authenticates with a digest that is broken' }
        : undefined;
    case 'createCipheriv':
    case 'createDecipheriv':
      if (algorithm === undefined) return undefined;
      return oldCipher.test(algorithm)
        ? weakCipher
        : soundCipher.test(algorithm)
          ? { result: 'pass', says: 'uses a current cipher' }
          : undefined;
    case 'createCipher':
    case 'createDecipher':
      return call.arguments.length >= 2 ? { result: 'fail', says: 'derives a cipher key without salt' } : undefined;
    case 'digest':
      return /\bsubtle\.digest$/.test(path) && /^sha-1$/i.test(algorithm ?? '') ? judgeDigest(source, call) : undefined;
    default:
      return judgePackages(source, call, path);
  }
}

/** `'SHA-1'` or `{ name: 'SHA-1' }`. */
function algorithmOf(node: Node | undefined): string | undefined {
  if (node?.type !== 'ObjectExpression') return stringOf(node);
  const name = node.properties.find((member) => keyOf(member) === 'name');
  return name?.type === 'ObjectProperty' ? stringOf(name.value) : undefined;
}

function judgePackages(source: Source, call: Call, path: string): Found | undefined {
  if (/^CryptoJS\.(?:MD5|SHA1|RIPEMD160)$/.test(path)) return judgeDigest(source, call);
  if (/^CryptoJS\.(?:DES|TripleDES|RC4|RC4Drop|Blowfish)\.(?:encrypt|decrypt)$/.test(path)) return weakCipher;
  return (path === 'md5' || path === 'sha1') && digestPackage.test(source.text) ? judgeDigest(source, call) : undefined;
}

function judgeDigest(source: Source, call: Call): Found {
  switch (purposeOf(namesAround(source, call))) {
    case 'security':
      return { result: 'fail', says: 'protects something with a digest that is broken' };
    case 'checksum':
      return { result: 'pass', says: 'uses an old digest as a checksum only' };
    case 'unclear':
      return { result: 'unknown', says: 'uses an old digest, and nothing around it says what for' };
  }
}

/** The chain of calls that the digest is part of, what its result is named, and the function around it. */
function namesAround(source: Source, call: Call): string {
  let chain: Node = call;
  const outer = ancestors(source, call);
  for (const node of outer) {
    if (node.type !== 'MemberExpression' && node.type !== 'CallExpression' && node.type !== 'AwaitExpression') break;
    chain = node;
  }
  const names = [written(source, chain)];
  let inside = true;
  for (const node of outer) {
    const name = nameOf(source, node);
    names.push(name);
    // Out of the function, only the name that the function itself was given still says something.
    if (!inside && name !== '') break;
    if (isFunction(node)) {
      if (name !== '') break;
      inside = false;
    }
  }
  return names.join(' ');
}

/** What a variable, an assignment, a property, a function or a method is called; empty for everything else. */
function nameOf(source: Source, node: Node): string {
  if (node.type === 'VariableDeclarator') return written(source, node.id);
  if (node.type === 'AssignmentExpression') return written(source, node.left);
  if (node.type === 'FunctionDeclaration') return node.id?.name ?? '';
  return /Method$|Property$/.test(node.type) && 'key' in node ? written(source, node.key) : '';
}

export function cryptographyHits(source: Source): readonly Hit[] {
  return source.nodes.flatMap((node): readonly Hit[] => {
    const isEcb = node.type === 'MemberExpression' && /^CryptoJS\.mode\.ECB$/.test(pathOf(node));
    const found = isEcb ? weakCipher : node.type === 'CallExpression' ? judgeCall(source, node) : undefined;
    return found === undefined ? [] : [{ topic: 'cryptography', ...found, places: [placeOf(node)] }];
  });
}
