import { expect, test } from 'vitest';
import { catalogue } from './catalogue.ts';
import { checks } from './index.ts';

test('the catalogue says what the checks say', async () => {
  const told = checks.map(({ id, title, capability, severity, rationale, remediation, controls }) => ({
    ...{ id, title, capability, severity, rationale, remediation, controls },
  }));
  await expect(`${JSON.stringify(told, null, 2)}\n`).toMatchFileSnapshot('./catalogue.json');
  expect(catalogue).toEqual(told);
});
