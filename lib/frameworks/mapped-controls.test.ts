import { describe, expect, test } from 'vitest';
import { checks } from '../checks/index.ts';
import { controlsOf, frameworkById } from './index.ts';

describe.each(checks.map((check) => ({ id: check.id, check })))('check $id', ({ check }) => {
  test('maps only controls that exist and that its capability can show', () => {
    for (const [frameworkId, controlIds] of Object.entries(check.controls)) {
      const framework = frameworkById(frameworkId);
      // A mapping onto a catalogue that is imported, not built in, is tested where that catalogue is.
      if (framework === undefined) continue;
      const byId = new Map(controlsOf(framework).map((control) => [control.id, control]));
      for (const controlId of controlIds) {
        expect(byId.has(controlId), `${controlId} in ${frameworkId}`).toBe(true);
        expect(byId.get(controlId)?.capabilities, `${controlId} in ${frameworkId}`).toContain(check.capability);
      }
    }
  });

  test('maps at least one built-in framework', () => {
    expect(Object.keys(check.controls).some((id) => frameworkById(id) !== undefined)).toBe(true);
  });
});
