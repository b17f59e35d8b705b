import type { Random } from './random.ts';

type Words = readonly [string, ...string[]];

const nouns: Words = [
  'order',
  'invoice',
  'customer',
  'shipment',
  'basket',
  'payment',
  'refund',
  'product',
  'price',
  'stock',
  'coupon',
  'address',
  'session',
  'report',
  'ledger',
  'batch',
  'message',
  'webhook',
  'account',
  'tenant',
  'voucher',
  'carrier',
  'parcel',
  'review',
];
const verbs: Words = [
  'load',
  'find',
  'create',
  'update',
  'merge',
  'validate',
  'archive',
  'notify',
  'reserve',
  'release',
  'settle',
  'publish',
  'count',
  'import',
  'export',
  'schedule',
  'retry',
  'normalise',
];
const adjectives: Words = ['open', 'pending', 'expired', 'recent', 'active', 'failed', 'partial', 'daily', 'external', 'cached'];
const reasons: Words = [
  'Called by the nightly job and by the support console.',
  'Kept apart from the writer so that a slow reader never holds a lock.',
  'The limit is the one the carrier publishes for its test account.',
  'Older clients send the field empty instead of leaving it out.',
  'Sorted, because the file is compared with the one of the day before.',
  'Rounded once, at the end: rounding each line lost cents.',
];

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** Names and sentences as they stand in the code of some shop. */
export interface Vocabulary {
  noun(): string;
  /** `loadPendingOrders` */
  method(): string;
  /** `PendingOrder` */
  type(): string;
  snake(): string;
  reason(): string;
}

export const vocabulary = (random: Random): Vocabulary => ({
  noun: () => random.pick(nouns),
  method: () => `${random.pick(verbs)}${capital(random.pick(adjectives))}${capital(random.pick(nouns))}s`,
  type: () => `${capital(random.pick(adjectives))}${capital(random.pick(nouns))}`,
  snake: () => `${random.pick(verbs)}_${random.pick(adjectives)}_${random.pick(nouns)}s`,
  reason: () => random.pick(reasons),
});
