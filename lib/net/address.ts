import ipaddr from 'ipaddr.js';

/**
 * True only for unicast addresses that the public internet routes. IPv4 inside IPv6 (compatible, mapped, translated, NAT64, 6to4,
 * Teredo) is refused whatever it holds: which machine it means is up to a gateway on the way.
 */
export function isPublicAddress(address: string): boolean {
  const bare = address.startsWith('[') && address.endsWith(']') ? address.slice(1, -1) : address;
  if (!ipaddr.isValid(bare)) return false;
  const parsed = ipaddr.parse(bare);
  if (parsed.range() !== 'unicast') return false;
  return parsed instanceof ipaddr.IPv4 || (parsed.match(global, 3) && !parsed.match(returned));
}

/** All of IPv6 that is handed out for global unicast (IANA, IPv6 global unicast address assignments); its special ranges are ipaddr.js's. */
const global = ipaddr.IPv6.parse('2000::');
/** Within it, but given back by its last user (6bone, RFC 3701). */
const returned = ipaddr.IPv6.parseCIDR('3ffe::/16');

/** Hosts that `new URL` leaves as a literal: dotted quads (decimal, octal and hex forms are already normalised by it) and brackets. */
export const isLiteral = (hostname: string): boolean => hostname.startsWith('[') || ipaddr.IPv4.isValidFourPartDecimal(hostname);
