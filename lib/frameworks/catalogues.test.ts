import { describe, expect, test } from 'vitest';
import { controlsOf, frameworkById, frameworks, groupOf } from './index.ts';

/** The numbers in force in each category, from the publications; a lost, invented or misplaced control changes a line. */
const published: Record<string, Record<string, string>> = {
  'nist-csf-2.0': {
    'GV.OC': '01 02 03 04 05',
    'GV.RM': '01 02 03 04 05 06 07',
    'GV.RR': '01 02 03 04',
    'GV.PO': '01 02',
    'GV.OV': '01 02 03',
    'GV.SC': '01 02 03 04 05 06 07 08 09 10',
    'ID.AM': '01 02 03 04 05 07 08',
    'ID.RA': '01 02 03 04 05 06 07 08 09 10',
    'ID.IM': '01 02 03 04',
    'PR.AA': '01 02 03 04 05 06',
    'PR.AT': '01 02',
    'PR.DS': '01 02 10 11',
    'PR.PS': '01 02 03 04 05 06',
    'PR.IR': '01 02 03 04',
    'DE.CM': '01 02 03 06 09',
    'DE.AE': '02 03 04 06 07 08',
    'RS.MA': '01 02 03 04 05',
    'RS.AN': '03 06 07 08',
    'RS.CO': '02 03',
    'RS.MI': '01 02',
    'RC.RP': '01 02 03 04 05 06',
    'RC.CO': '03 04',
  },
  'nist-ssdf-1.1': {
    'PO.1': '1 2 3',
    'PO.2': '1 2 3',
    'PO.3': '1 2 3',
    'PO.4': '1 2',
    'PO.5': '1 2',
    'PS.1': '1',
    'PS.2': '1',
    'PS.3': '1 2',
    'PW.1': '1 2 3',
    'PW.2': '1',
    'PW.4': '1 2 4',
    'PW.5': '1',
    'PW.6': '1 2',
    'PW.7': '1 2',
    'PW.8': '1 2',
    'PW.9': '1 2',
    'RV.1': '1 2 3',
    'RV.2': '1 2',
    'RV.3': '1 2 3 4',
  },
};

describe.each(frameworks.map((framework) => ({ id: framework.id, framework })))('$id', ({ id, framework }) => {
  const controls = controlsOf(framework);

  test('has every control of the publication, in its order, under its category and group', () => {
    const numbers = framework.groups.flatMap((group) =>
      group.categories.map((category) => {
        expect(category.id.startsWith(`${group.id}.`), category.id).toBe(true);
        const own = category.controls.map((control) => {
          expect(control.id.startsWith(category.id), control.id).toBe(true);
          return control.id.slice(category.id.length + 1);
        });
        return [category.id, own.join(' ')];
      }),
    );
    expect(numbers).toEqual(Object.entries(published[id] ?? {}));
  });

  test('names each control once', () => {
    expect(new Set(controls.map((control) => control.id)).size).toBe(controls.length);
  });

  test('says of every control what it asks and what would show it', () => {
    for (const control of controls) {
      for (const text of [control.title, control.asks, control.evidence]) {
        expect(text.trim().length, control.id).toBeGreaterThan(20);
      }
      expect(control.asks, control.id).toMatch(/\.$/);
      expect(control.evidence, control.id).toMatch(/\.$/);
      expect(control.asks, control.id).not.toBe(control.title);
      expect([1, 3, 5], control.id).toContain(control.weight);
      expect(new Set(control.capabilities).size, control.id).toBe(control.capabilities.length);
    }
  });

  test('no two controls are described alike', () => {
    expect(new Set(controls.map((control) => control.asks)).size).toBe(controls.length);
    expect(new Set(controls.map((control) => control.evidence)).size).toBe(controls.length);
  });
});

test('the publications have 106 subcategories and 42 tasks', () => {
  expect(frameworks.map((framework) => [framework.id, controlsOf(framework).length])).toEqual([
    ['nist-csf-2.0', 106],
    ['nist-ssdf-1.1', 42],
  ]);
});

test('a framework is found by its id only', () => {
  expect(frameworkById('nist-ssdf-1.1')?.version).toBe('1.1');
  expect(frameworkById('NIST-SSDF-1.1')).toBeUndefined();
  expect(frameworkById('constructor')).toBeUndefined();
});

test('a control is found in its group, and an unknown one nowhere', () => {
  for (const framework of frameworks) {
    for (const control of controlsOf(framework)) {
      expect(groupOf(framework, control.id)?.id).toBe(control.id.slice(0, 2));
    }
    expect(groupOf(framework, 'ID.AM-06')).toBeUndefined();
  }
});
