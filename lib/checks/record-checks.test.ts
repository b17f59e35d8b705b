/** Whatever a source lists: every check of records keeps the rules of observations, and never passes for want of knowledge. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RecordKind } from '../domain/records.ts';
import type { AnyRecordCheck, CheckOutcome, RecordCheck } from './check.ts';
import { combine } from './combine.ts';
import { checks } from './index.ts';
import { daysAgo, judged, type Literals } from './record-set.fixture.ts';

const flag = fc.boolean();
const moment = fc.integer({ min: -40, max: 400 }).map(daysAgo);
const level = fc.constantFrom('critical', 'high', 'medium', 'low');
const alert = { state: fc.constantFrom('open', 'fixed', 'dismissed'), severity: level, createdAt: moment };
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });

const facts: { readonly [K in RecordKind]?: Readonly<Record<string, fc.Arbitrary<unknown>>> } = {
  'branch-rule': {
    ...{ branch: name, isDefault: flag, isProtected: flag, requiredApprovals: fc.nat({ max: 3 }), appliesToAdmins: flag },
    ...{ allowsForcePush: flag, requiresStatusChecks: flag },
  },
  member: { name, isAdmin: flag, hasMfa: flag, lastActiveAt: fc.option(moment) },
  'secret-alert': alert,
  'code-alert': alert,
  'dependency-alert': alert,
  bucket: { name, isPublic: flag, isEncrypted: flag },
  'root-account': { accessKeys: fc.nat({ max: 2 }), hasMfa: flag },
  'audit-log': { name, isLogging: flag, coversAllRegions: flag },
  'encryption-default': { name, isEnabled: flag },
  'cloud-user': { name, hasPassword: flag, hasMfa: flag, keyCreatedAt: fc.option(moment) },
  'error-group': { title: name, level, isResolved: flag, firstSeenAt: moment },
  ticket: { title: name, isVulnerability: flag, isOpen: flag, severity: level, createdAt: moment, dueAt: fc.option(moment) },
};

const recordChecks = checks.filter((check): check is AnyRecordCheck => 'kind' in check);
/** The literals of every kind are of its facts; the union of checks cannot say so. */
const outcomeOf = async (check: AnyRecordCheck, records: object, complete: boolean): Promise<CheckOutcome> => {
  const results = await judged(check as RecordCheck<RecordKind>, records as Literals<RecordKind>, { complete });
  return combine(Object.entries(results).map(([resource, result]) => ({ resource, result, reason: '', citations: [] }))).result;
};
const listOf = ({ kind }: AnyRecordCheck) =>
  fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.record(facts[kind] ?? {}, { requiredKeys: [] }), { maxKeys: 5 });

describe.each(recordChecks.map((check) => ({ id: check.id, check })))('$id', ({ check }) => {
  test('keeps the rules, and passes nothing of half a listing but what is there', async () => {
    await fc.assert(
      fc.asyncProperty(listOf(check), async (records) => {
        const half = await outcomeOf(check, records, false);
        const whole = await outcomeOf(check, records, true);
        if (half === 'pass') expect(check.id).toBe('cloud-audit-log');
        if (half === 'fail') expect(whole).toBe('fail');
        expect(half).not.toBe('not-applicable');
      }),
      { numRuns: 60 },
    );
  });

  test('knowing less never turns a fail into a pass', async () => {
    await fc.assert(
      fc.asyncProperty(listOf(check), fc.nat(), async (records, pick) => {
        fc.pre((await outcomeOf(check, records, true)) === 'fail');
        const [id, stated] = Object.entries(records)[pick % Math.max(1, Object.keys(records).length)] ?? ['', {}];
        const [forgotten = ''] = Object.keys(stated).slice(pick % Math.max(1, Object.keys(stated).length));
        const less = { ...records, [id]: Object.fromEntries(Object.entries(stated).filter(([fact]) => fact !== forgotten)) };
        fc.pre(id !== '');
        expect(['fail', 'unknown']).toContain(await outcomeOf(check, less, true));
      }),
      { numRuns: 40, maxSkipsPerRun: 1_000 },
    );
  });
});
