import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checks } from '../../checks/index.ts';
import { frameworkById } from '../../frameworks/index.ts';
import { scriptedModel } from '../testing.ts';
import { defaultPlan } from './default-plan.ts';
import { askForPlan, modelPlan } from './plan.ts';

const framework = frameworkById('nist-csf-2.0');
if (framework === undefined) throw new Error('no framework');
const sources = [
  {
    id: 'a',
    name: 'shop files',
    profile: 'filesystem',
    scope: {},
    capabilities: ['repository-files' as const],
    tools: ['read_text_file'],
  },
  { id: 'b', name: 'wiki', profile: 'generic', scope: {}, capabilities: [], tools: ['search'] },
];
const defaults = defaultPlan(sources, checks, framework);
const input = { defaults, sources, framework, memory: ['the wiki answered before'] };
const wish = (source: string, more: object = {}) => ({
  ...{ source, capability: null, controls: [], goal: '', toolBudget: 5, deadlineSeconds: 60 },
  ...more,
});

describe('the plan of a run with a model', () => {
  test('has every default task, and one to look around where there is none', () => {
    expect(modelPlan(input, null)).toMatchObject([
      { source: 'shop files', capability: 'repository-files', controlIds: defaults[0]?.controlIds, toolBudget: 8 },
      { source: 'wiki', capability: 'exploration', controlIds: [], toolBudget: 8 },
    ]);
  });

  test('takes goal, controls, budget and deadline from the answer', () => {
    const tasks = [wish('wiki', { controls: ['GV.PO-01', 'XX.YY-99'], goal: ' Find\nthe policies ', toolBudget: 12 })];
    expect(modelPlan(input, { tasks })[1]).toMatchObject({
      ...{ goal: 'Find the policies', controlIds: ['GV.PO-01'], toolBudget: 12, deadlineMs: 60_000 },
    });
  });

  test('the model is shown what exists, and its answer is read by the schema', async () => {
    const model = scriptedModel({ tasks: [wish('wiki')] });
    expect((await askForPlan(model, input)).tasks).toHaveLength(1);
    expect(model.documents[0]).toMatchObject({
      sources: [
        { name: 'shop files', capabilities: ['repository-files'] },
        { name: 'wiki', tools: ['search'] },
      ],
      memory: ['the wiki answered before'],
    });
  });

  test('property: no answer takes a task, a control or a source away, or names one that does not exist', () => {
    const known = new Set(
      framework.groups.flatMap((group) => group.categories.flatMap((one) => one.controls.map(({ id }) => id))),
    );
    const text = fc.oneof(fc.constantFrom('wiki', 'shop files', 'GV.PO-01', 'repository-files', '__proto__'), fc.string());
    const task = fc.record({
      ...{ source: text, capability: fc.option(text), controls: fc.array(text), goal: fc.string() },
      ...{ toolBudget: fc.double(), deadlineSeconds: fc.double() },
    });
    fc.assert(
      fc.property(fc.array(task, { maxLength: 60 }), (tasks) => {
        const planned = modelPlan(input, { tasks });
        expect(planned.map(({ connectionId, capability, position }) => [connectionId, capability, position])).toEqual(
          modelPlan(input, null).map(({ connectionId, capability, position }) => [connectionId, capability, position]),
        );
        for (const [index, { controlIds, toolBudget, deadlineMs, goal }] of planned.entries()) {
          expect(controlIds).toEqual(expect.arrayContaining([...(defaults[index]?.controlIds ?? [])]));
          expect(controlIds.every((id) => known.has(id))).toBe(true);
          expect(Number.isInteger(toolBudget) && toolBudget >= 0 && toolBudget <= 40).toBe(true);
          expect(deadlineMs === null || (deadlineMs >= 10_000 && deadlineMs <= 240_000)).toBe(true);
          expect(goal.length).toBeLessThanOrEqual(300);
        }
      }),
    );
  });
});
