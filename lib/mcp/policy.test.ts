import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { argsSha256, permitted } from './permitted.ts';
import { type CallRules, type DecidedCall, toolStatus, verdictOn } from './policy.ts';
import { profileById, profiles } from './profiles/index.ts';
import { decodeResult, sha256Hex } from './result.ts';
import type { Session } from './session.ts';

const hash = (text: string) => sha256Hex(Buffer.from(text));
const nobody: CallRules = {
  policy: { allowed: [], denied: [] },
  ...{ readOnlyTools: [], pins: new Map(), tools: [], decided: [], unasked: null },
};
/** A server that lists those tools, as they were first seen. */
const listing = (...names: string[]): CallRules => ({
  ...nobody,
  tools: names.map((name) => ({ name, sha256: hash(name) })),
  pins: new Map(names.map((name) => [name, hash(name)])),
});
function recording(): { session: Session; called: unknown[] } {
  const called: unknown[] = [];
  const session: Session = {
    asked: () => [],
    server: { name: 's', version: '1' },
    listTools: async () => [],
    close: async () => undefined,
    callTool: async (name, args) => {
      called.push([name, args]);
      return decodeResult([], { isError: false, credentialFree: (text) => text });
    },
  };
  return { session, called };
}
const signal = new AbortController().signal;
const call = (rules: CallRules, tool: string, args: Record<string, unknown> = {}) => {
  const { session, called } = recording();
  return permitted(
    session,
    rules,
    rules.tools.map((tool) => ({ ...tool, definition: '{}' })),
  )
    .callTool(tool, args, signal)
    .then(
      () => called,
      (error: unknown) => (error instanceof Error ? error.name : error),
    );
};

/** What servers and people may write where a name belongs; few, so that they meet. */
const name = fc.constantFrom('read', 'write', 'constructor', '__proto__', 'toString', 'hasOwnProperty', '', 'read ');
const names = fc.array(name, { maxLength: 3 });
const anyRules = fc.record({
  policy: fc.record({ allowed: names, denied: names }),
  readOnlyTools: names,
  pins: fc.array(fc.tuple(name, fc.constantFrom('1', '2'))).map((pairs) => new Map(pairs)),
  tools: fc.array(fc.record({ name, sha256: fc.constantFrom('1', '2') }), { maxLength: 4 }),
  decided: fc.array(
    fc.record({
      tool: name,
      argsSha256: fc.constantFrom(argsSha256({}), argsSha256({ a: 1 })),
      definitionSha256: fc.constantFrom('1', '2'),
      status: fc.constantFrom('pending', 'approved', 'rejected', 'expired'),
    }),
    { maxLength: 3 },
  ),
  unasked: fc.constantFrom(null, 'nobody is there'),
});

describe('a call leaves only', () => {
  test('on the word of the user, the profile or an approval of exactly it, and never against a denial or a changed definition', async () => {
    const args = fc.constantFrom({}, { a: 1 }, { a: 2 });
    await fc.assert(
      fc.asyncProperty(anyRules, name, args, async (rules, tool, given) => {
        const outcome = await call(rules, tool, given);
        if (outcome === 'ToolNotAllowed') return;
        expect(outcome).toEqual([[tool, given]]);
        const sha256 = rules.pins.get(tool);
        expect(rules.tools.filter((listed) => listed.name === tool)).toEqual([{ name: tool, sha256 }]);
        expect(rules.policy.denied).not.toContain(tool);
        const isApproved = rules.decided.some(
          (one) =>
            one.tool === tool &&
            one.argsSha256 === argsSha256(given) &&
            one.definitionSha256 === sha256 &&
            one.status === 'approved',
        );
        expect(rules.policy.allowed.includes(tool) || rules.readOnlyTools.includes(tool) || isApproved).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  test.each(['write_file', 'edit_file', 'move_file', 'create_directory', 'constructor', '__proto__'])(
    'to the filesystem server as long as it only reads: not %s',
    async (tool) => {
      const { readOnlyTools } = profileById('filesystem');
      expect(await call({ ...listing(tool, ...readOnlyTools), readOnlyTools }, tool)).toBe('ToolNotAllowed');
    },
  );

  test('to the reading tools of a profile, and to none of a server of which nothing is known', async () => {
    for (const { readOnlyTools } of profiles)
      for (const tool of readOnlyTools) expect(await call({ ...listing(tool), readOnlyTools }, tool)).toEqual([[tool, {}]]);
    const { readOnlyTools } = profileById('unheard-of');
    expect(await call({ ...listing('read'), readOnlyTools }, 'read')).toBe('ToolNotAllowed');
  });
});

describe('a tool is', () => {
  const write = { name: 'write', sha256: hash('write') };
  const rules = listing('write');
  test.each([
    ['needs-approval', rules],
    ['allowed', { ...rules, policy: { allowed: ['write'], denied: [] } }],
    ['read-only', { ...rules, readOnlyTools: ['write'] }],
    ['denied', { ...rules, policy: { allowed: ['write'], denied: ['write'] }, readOnlyTools: ['write'] }],
    ['suspended', { ...rules, pins: new Map(), policy: { allowed: ['write'], denied: [] } }],
    ['suspended', { ...rules, pins: new Map([['write', hash('another')]]), readOnlyTools: ['write'] }],
  ] as const)('%s', (status, given) => {
    expect(toolStatus(write, given)).toBe(status);
  });

  test('refused when the server lists it twice: it could mean either', async () => {
    const tools = [...rules.tools, ...rules.tools];
    expect(await call({ ...rules, tools, readOnlyTools: ['write'] }, 'write')).toBe('ToolNotAllowed');
  });
});

describe('an approval is of one exact call', () => {
  const shown: DecidedCall = {
    tool: 'write',
    argsSha256: argsSha256({ to: 'a', text: 'b' }),
    definitionSha256: hash('write'),
    status: 'approved',
  };
  const rules: CallRules = { ...listing('write', 'erase'), decided: [shown] };

  test('whatever the order of its arguments', async () => {
    expect(await call(rules, 'write', { text: 'b', to: 'a' })).toEqual([['write', { text: 'b', to: 'a' }]]);
  });
  test.each([
    ['another argument', 'write', { to: 'a', text: 'c' }],
    ['an argument more', 'write', { to: 'a', text: 'b', force: true }],
    ['one of another type', 'write', { to: 'a', text: ['b'] }],
    ['another tool', 'erase', { to: 'a', text: 'b' }],
  ])('not with %s', async (_name, tool, args) => {
    expect(await call(rules, tool, args)).toBe('ToolNotAllowed');
  });
  test('not of another definition, even one that has been accepted since', () => {
    const later: CallRules = {
      ...rules,
      tools: [{ name: 'write', sha256: hash('later') }],
      pins: new Map([['write', hash('later')]]),
    };
    expect(verdictOn('write', shown.argsSha256, later)).toEqual({
      kind: 'refuse',
      reason: 'has another definition than the one that was approved',
    });
  });
  test.each([
    ['rejected', 'was rejected by the person who started the run'],
    ['expired', 'was not approved in time by the person who started the run'],
    ['pending', 'was not approved in time by the person who started the run'],
  ] as const)('that was %s: it is not asked again', (status, reason) => {
    expect(verdictOn('write', shown.argsSha256, { ...rules, decided: [{ ...shown, status }] })).toEqual({
      kind: 'refuse',
      reason,
    });
  });
  test('and is asked for only where somebody is there', () => {
    expect(verdictOn('erase', 'x', rules)).toEqual({ kind: 'ask', definitionSha256: hash('erase') });
    expect(verdictOn('erase', 'x', { ...rules, unasked: 'nobody is there' }).kind).toBe('refuse');
  });
});
