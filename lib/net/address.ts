import ipaddr from 'ipaddr.js';

/**
 * True only for unicast addresses that the public internet routes. IPv4 inside IPv6 (mapped, NAT64, 6to4, Teredo)
 * is judged as what it is written in: none of those ranges is 'unicast', so all are refused.
 */
export function isPublicAddress(address: string): boolean {
  const bare = address.startsWith('[') && address.endsWith(']') ? address.slice(1, -1) : address;
  if (!ipaddr.isValid(bare)) return false;
  return ipaddr.parse(bare).range() === 'unicast';
}

/** Hosts that `new URL` leaves as a literal: dotted quads (decimal, octal and hex forms are already normalised by it) and brackets. */
export const isLiteral = (hostname: string): boolean => hostname.startsWith('[') || ipaddr.IPv4.isValidFourPartDecimal(hostname);
