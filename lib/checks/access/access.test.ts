import { describe, expect, test } from 'vitest';
import { daysAgo, judged, type Literals } from '../record-set.fixture.ts';
import { adminCount } from './admin-count.ts';
import { defaultBranchProtected } from './default-branch-protected.ts';
import { forcePushRefused } from './force-push.ts';
import { memberMfa } from './member-mfa.ts';
import { requiredReviews } from './required-reviews.ts';
import { staleMembers } from './stale-members.ts';
import { statusChecksRequired } from './status-checks.ts';

const strict = {
  branch: 'main',
  isDefault: true,
  isProtected: true,
  requiredApprovals: 1,
  appliesToAdmins: true,
  requiresStatusChecks: true,
  allowsForcePush: false,
};

describe('rules of the default branch', () => {
  const checks = [defaultBranchProtected, requiredReviews, statusChecksRequired, forcePushRefused] as const;

  test.each(checks)('$id: a strict rule passes, whatever other branches allow', async (check) => {
    const lax = { branch: 'try', isDefault: false, isProtected: false, requiredApprovals: 0, allowsForcePush: true };
    expect(await judged(check, { main: strict, try: lax })).toEqual({ 'default branch': 'pass' });
  });

  test.each([
    [defaultBranchProtected, { isProtected: false }],
    [requiredReviews, { requiredApprovals: 0 }],
    [requiredReviews, { appliesToAdmins: false }],
    [statusChecksRequired, { requiresStatusChecks: false }],
    [forcePushRefused, { allowsForcePush: true }],
  ] as const)('$0.id fails for %j', async (check, change) => {
    expect(await judged(check, { main: { ...strict, ...change } })).toEqual({ main: 'fail' });
  });

  test.each(checks)('$id: what the source does not state, or no default branch at all, is unknown', async (check) => {
    expect(await judged(check, { main: { branch: 'main', isDefault: true } })).toEqual({ main: 'unknown' });
    expect(await judged(check, { main: { ...strict, isDefault: false } })).toEqual({ 'default branch': 'unknown' });
    expect(await judged(check, {})).toEqual({ 'default branch': 'unknown' });
  });

  test('what the source states of no branch is said once, not of each', async () => {
    const branches = { main: { branch: 'main', isProtected: false }, next: { branch: 'next', isProtected: false } };
    expect(await judged(defaultBranchProtected, branches)).toEqual({ 'default branch': 'unknown' });
  });

  test('a branch of which nobody says that it is the default may be the one', async () => {
    expect(await judged(defaultBranchProtected, { main: { isProtected: false } })).toEqual({ main: 'unknown' });
  });
});

describe('access-member-mfa', () => {
  test('names who has none, and who does not say', async () => {
    const members = { ann: { name: 'ann', hasMfa: true }, bob: { name: 'bob', hasMfa: false }, cleo: { name: 'cleo' } };
    expect(await judged(memberMfa, members)).toEqual({ bob: 'fail', cleo: 'unknown' });
  });

  test('passes over everybody, or not at all', async () => {
    const members = { ann: { name: 'ann', hasMfa: true } };
    expect(await judged(memberMfa, members)).toEqual({ members: 'pass' });
    expect(await judged(memberMfa, members, { complete: false })).toEqual({ members: 'unknown' });
    expect(await judged(memberMfa, {})).toEqual({ members: 'unknown' });
  });
});

describe('access-admin-count', () => {
  const people = (admins: number, others: number): Literals<'member'> =>
    Object.fromEntries(Array.from({ length: admins + others }, (_, at) => [`m${at}`, { name: `m${at}`, isAdmin: at < admins }]));

  test.each([
    [1, 0, 'pass'],
    [3, 2, 'pass'],
    [4, 0, 'fail'],
    [4, 30, 'fail'],
    [4, 36, 'pass'],
    [0, 5, 'unknown'],
  ])('%i administrators among %i others: %s', async (admins, others, expected) => {
    expect(await judged(adminCount, people(admins, others))).toEqual({ members: expected });
  });

  test('of a part of the members, or of members without a role, nothing can be said', async () => {
    expect(await judged(adminCount, people(4, 0), { complete: false })).toEqual({ members: 'unknown' });
    expect(await judged(adminCount, { ...people(1, 3), x: { name: 'x' } })).toEqual({ members: 'unknown' });
  });
});

test('access-stale-members: ninety days are allowed, and never is too long', async () => {
  const members = {
    ann: { name: 'ann', lastActiveAt: daysAgo(89) },
    bob: { name: 'bob', lastActiveAt: daysAgo(91) },
    cleo: { name: 'cleo', lastActiveAt: null },
    dan: { name: 'dan' },
  };
  expect(await judged(staleMembers, members)).toEqual({ bob: 'fail', cleo: 'fail', dan: 'unknown' });
  expect(await judged(staleMembers, { ann: members.ann })).toEqual({ members: 'pass' });
});
