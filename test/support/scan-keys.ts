/** Whose a key of Redis is: the other direction of lib/cache/keys.ts. */
import * as z from 'zod';
import { type Key, keys } from '../../lib/cache/keys.ts';

export type Owner =
  | { readonly kind: 'run'; readonly id: string }
  | { readonly kind: 'user'; readonly id: string }
  | { readonly kind: 'connection'; readonly id: string }
  | { readonly kind: 'ticket' }
  /** The one key that is everybody's: which socket's token expires when. */
  | { readonly kind: 'expiry' };

const shape = /^assay:([a-z]+):\{([^{}:]+)\}(?::([^{}]+))?$/;
const runPart = z.enum(['state', 'events', 'watchers']);
const bucket = z.enum(['api', 'socket']);
const connectionPart = z.enum(['owner', 'runs']);
const sourcePart = z.tuple([z.string(), z.enum(['session', 'tools', 'fresh', 'breaker'])]);

/** Throws for a key that the builder would not have made of the same parts. */
export function ownerOf(key: string): Owner {
  const [, space = '', tag = '', last = ''] = shape.exec(key) ?? [];
  const { owner, built } = parsed(space, tag, last);
  if (built !== key) throw new Error(`${key} is no key of the builder's`);
  return owner;
}

function parsed(space: string, tag: string, last: string): { owner: Owner; built: Key | null } {
  switch (space) {
    case 'run':
      return { owner: { kind: 'run', id: tag }, built: keys.run(tag, runPart.parse(last)) };
    case 'limit':
      return { owner: { kind: 'user', id: tag }, built: keys.limit(tag, bucket.parse(last)) };
    case 'leases':
      return { owner: { kind: 'user', id: tag }, built: keys.leases(tag) };
    case 'source': {
      const [connectionId, what] = sourcePart.parse(last.split(':'));
      return { owner: { kind: 'user', id: tag }, built: keys.connectionOf(tag, connectionId, what) };
    }
    case 'connection': {
      const id = opaque(tag);
      const isOwner = connectionPart.parse(last) === 'owner';
      return { owner: { kind: 'connection', id }, built: isOwner ? keys.connectionOwner(id) : keys.connectionRuns(id) };
    }
    case 'ticket':
      return { owner: { kind: 'ticket' }, built: keys.ticket(opaque(tag)) };
    case 'expiry':
      return { owner: { kind: 'expiry' }, built: keys.connectionExpiry() };
    default:
      return { owner: { kind: 'expiry' }, built: null };
  }
}

const opaque = (part: string): string => Buffer.from(part.slice(1), 'base64url').toString('utf8');
