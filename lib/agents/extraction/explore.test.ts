import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../mcp/result.ts';
import { scriptedModel } from '../testing.ts';
import type { CallTools, LedgerCall } from '../tools.ts';
import { type Exploration, explore } from './explore.ts';

const work: Exploration = {
  ...{ source: 'wiki', goal: 'find policies', controls: [], collected: [], memory: [] },
  tools: ['search', 'read'].map((name) => ({ name, description: '', parameters: {} })),
  toolBudget: 8,
};
const time = { remainingMs: () => 60_000 };

/** Answers each call with what it was asked, so that the same call teaches nothing new. */
function recording(text = (call: LedgerCall) => JSON.stringify(call)): { call: CallTools; called: LedgerCall[][] } {
  const called: LedgerCall[][] = [];
  const call: CallTools = async (calls) => {
    called.push([...calls]);
    return calls.map((one) => {
      const block = text(one);
      return {
        status: 'ok',
        toolCallId: 't',
        blocks: [{ sha256: sha256Hex(Buffer.from(block)), text: block, truncated: false }],
      };
    });
  };
  return { call, called };
}
const turn = (done: boolean, ...calls: readonly (readonly [string, string])[]) => ({
  done,
  calls: calls.map(([tool, args]) => ({ tool, arguments: args })),
});

describe('the extraction agent', () => {
  test('makes the calls of one turn at once, and shows their results in the next', async () => {
    const { call, called } = recording();
    const model = scriptedModel(
      turn(false, ['search', '{"q":"backup"}'], ['search', '{"q":"access"}']),
      turn(true, ['read', '{"id":1}']),
    );
    expect(await explore(model, call, work, time)).toEqual({ turns: 2, calls: 3, ended: 'done' });
    expect(called.map((calls) => calls.length)).toEqual([2, 1]);
    expect(model.documents[1]).toMatchObject({
      left: { turns: 3, calls: 6 },
      seen: [{ tool: 'search', arguments: '{"q":"backup"}', result: expect.stringContaining('backup') }, { tool: 'search' }],
    });
  });

  test('stops when nothing new is learned', async () => {
    const { call, called } = recording(() => 'always the same');
    const model = scriptedModel(
      turn(false, ['search', '{"q":1}']),
      turn(false, ['search', '{"q":2}']),
      turn(false, ['search', '{"q":3}']),
    );
    expect(await explore(model, call, work, time)).toEqual({ turns: 2, calls: 2, ended: 'nothing new' });
    expect(called).toHaveLength(2);
  });

  test('ends after four turns, with its budget, and with its time', async () => {
    let n = 0;
    const more = () => turn(false, ['search', JSON.stringify({ n: ++n })], ['read', JSON.stringify({ n: ++n })]);
    expect(await explore(scriptedModel(more), recording().call, { ...work, toolBudget: 99 }, time)).toMatchObject({
      ended: 'turns',
      turns: 4,
    });
    expect(await explore(scriptedModel(more), recording().call, { ...work, toolBudget: 3 }, time)).toMatchObject({
      ended: 'budget',
      calls: 3,
    });
    let left = 60_000;
    const passing = { remainingMs: () => (left -= 20_000) };
    expect(await explore(scriptedModel(more), recording().call, work, passing)).toMatchObject({ ended: 'time', turns: 1 });
  });

  test('a long result is shown head and tail', async () => {
    const { call } = recording(() => `HEAD${'x'.repeat(100_000)}TAIL`);
    const model = scriptedModel(turn(false, ['read', '{}']), turn(true));
    await explore(model, call, work, time);
    const shown = JSON.stringify(model.documents[1]);
    expect(shown).toMatch(/HEADx+.*characters are left out here.*x+TAIL/);
    expect(shown.length).toBeLessThan(10_000);
  });

  test('property: whatever the model answers, only offered tools are called, with objects, and within the budget', async () => {
    const name = fc.constantFrom('search', 'read', 'write', 'delete_everything', '__proto__', 'search ', '');
    const text = fc.oneof(fc.json(), fc.string(), fc.constantFrom('{}', '{"__proto__":{"a":1}}', '[]', 'null', ''));
    const answers = fc.array(
      fc.record({ done: fc.boolean(), calls: fc.array(fc.record({ tool: name, arguments: text }), { maxLength: 12 }) }),
      { minLength: 1, maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(answers, fc.nat(12), async (script, toolBudget) => {
        const { call, called } = recording();
        await explore(scriptedModel(...script), call, { ...work, toolBudget }, time);
        const calls = called.flat();
        expect(calls.length).toBeLessThanOrEqual(toolBudget);
        for (const { tool, args } of calls) {
          expect(['search', 'read']).toContain(tool);
          expect(Array.isArray(args) || typeof args !== 'object').toBe(false);
        }
      }),
    );
  });
});
