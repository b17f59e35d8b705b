import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from './canonical.ts';
import { leafHash, merkleRoot } from './merkle.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('RFC 6962', () => {
  // The tree of the reference implementation's own test vectors.
  const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
  const leaves = inputs.map((input) => leafHash(Buffer.from(input, 'hex')));

  test.each([
    [0, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    [2, 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
    [3, 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
    [5, '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
    [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
  ])('the root of the first %i known leaves', (count, root) => {
    expect(hex(merkleRoot(leaves.slice(0, count)))).toBe(root);
  });

  test('equals the definition by splitting at the largest power of two', () => {
    const defined = (nodes: readonly Uint8Array[]): Uint8Array => {
      const [only] = nodes;
      if (nodes.length === 1 && only !== undefined) return only;
      let split = 1;
      while (split * 2 < nodes.length) split *= 2;
      const parts = Buffer.concat([Buffer.of(1), defined(nodes.slice(0, split)), defined(nodes.slice(split))]);
      return createHash('sha256').update(parts).digest();
    };
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 8 }), { minLength: 1, maxLength: 40 }), (data) => {
        const hashes = data.map(leafHash);
        expect(hex(merkleRoot(hashes))).toBe(hex(defined(hashes)));
      }),
    );
  });
});

test('canonical JSON does not depend on the order of keys, and refuses what JSON cannot hold', () => {
  expect(canonicalJson({ b: [1, 'é'], a: 1e21 })).toBe('{"a":1e+21,"b":[1,"é"]}');
  expect(() => canonicalJson(undefined)).toThrow(TypeError);
  expect(() => canonicalJson({ a: Number.NaN })).toThrow();
});
