import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPublicAddress } from './address.ts';

const group = fc.integer({ min: 0, max: 0xffff });
const groups = fc.array(group, { minLength: 8, maxLength: 8 });

/** An address of `prefix/bits`, whose other bits are the given ones. */
function within(prefix: readonly number[], bits: number, rest: readonly number[]): string {
  const mixed = rest.map((value, at) => {
    const mask = (0xffff << (16 - Math.min(16, Math.max(0, bits - 16 * at)))) & 0xffff;
    return ((prefix[at] ?? 0) & mask) | (value & ~mask & 0xffff);
  });
  return mixed.map((value) => value.toString(16)).join(':');
}

/** IANA's special-purpose registry, and what embeds IPv4. */
const special: readonly (readonly [string, readonly number[], number])[] = [
  ['::/96, IPv4-compatible', [], 96],
  ['::ffff:0:0/96, IPv4-mapped', [0, 0, 0, 0, 0, 0xffff], 96],
  ['::ffff:0:0:0/96, IPv4-translated', [0, 0, 0, 0, 0xffff, 0], 96],
  ['64:ff9b::/96, NAT64', [0x64, 0xff9b], 96],
  ['64:ff9b:1::/48, local NAT64', [0x64, 0xff9b, 1], 48],
  ['100::/64, discard', [0x100], 64],
  ['2001::/32, Teredo', [0x2001], 32],
  ['2001::/23, protocol assignments', [0x2001], 23],
  ['2001:db8::/32, documentation', [0x2001, 0xdb8], 32],
  ['2002::/16, 6to4', [0x2002], 16],
  ['3ffe::/16, 6bone', [0x3ffe], 16],
  ['3fff::/20, documentation', [0x3fff], 20],
  ['5f00::/16, segment routing', [0x5f00], 16],
  ['fc00::/7, unique local', [0xfc00], 7],
  ['fe80::/10, link-local', [0xfe80], 10],
  ['fec0::/10, site-local', [0xfec0], 10],
  ['ff00::/8, multicast', [0xff00], 8],
];

describe('IPv6', () => {
  test.each(special)('nothing of %s is public', (_name, prefix, bits) => {
    fc.assert(
      fc.property(groups, (rest) => {
        const address = within(prefix, bits, rest);
        expect([address, `[${address}]`].filter(isPublicAddress)).toEqual([]);
      }),
    );
  });

  test('nothing outside 2000::/3 is public', () => {
    const outside = groups.filter(([first = 0]) => first >> 13 !== 1).map((rest) => within([], 0, rest));
    fc.assert(
      fc.property(outside, (address) => {
        expect(isPublicAddress(address)).toBe(false);
      }),
    );
  });

  test('what the registries hand out is public', () => {
    // 2400::/12, 2600::/12, 2800::/12, 2a00::/12 and 2c00::/12; within 2600:: the AS112 servers are the one exception.
    const handedOut = fc.constantFrom(0x2400, 0x2600, 0x2800, 0x2a00, 0x2c00);
    fc.assert(
      fc.property(handedOut, groups, (first, rest) => {
        const address = within([first], 12, rest);
        return address.startsWith('2620:4f:8000:') || isPublicAddress(address);
      }),
    );
    expect(isPublicAddress('[2606:4700:4700::1111]')).toBe(true);
  });

  test.each(['https://[::127.0.0.1]/', 'https://[::7f00:1]/', 'https://[0:0:0:0:0:0:a9fe:a9fe]/', 'https://[2002:7f00:1::]/'])(
    '%s, as a URL writes it, is not public',
    (url) => {
      expect(isPublicAddress(new URL(url).hostname)).toBe(false);
    },
  );
});
