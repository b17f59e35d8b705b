/** From the catalogue alone a console can draw the form of a connection that the API then takes. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { serverCatalogue } from '../../lib/contract/api/catalogue.ts';
import { startApi } from './api.ts';

const api = await startApi();

test('every kind of server can be connected with what its entry asks for', async () => {
  const person = await api.person();
  const { items } = serverCatalogue.parse((await person.ask('GET /server-catalogue')).body);
  expect(items.map(({ id }) => id)).toEqual(expect.arrayContaining(['filesystem', 'aws', 'sentry', 'sonarqube', 'linear']));
  for (const { id, endpoint, scope } of items) {
    const filled = Object.fromEntries(scope.map(({ name, example }) => [name, example]));
    const body = { name: `c ${randomUUID()}`, url: endpoint ?? 'https://mcp.example.com/', profile: id, scope: filled };
    const made = await person.ask('POST /connections', { body });
    expect([id, made.status, made.text]).toEqual([id, 201, made.text]);
    for (const { pattern, example } of scope) expect(example).toMatch(new RegExp(pattern));
  }
});

test('says which servers checks read, and how many checks that is', async () => {
  const person = await api.person();
  const { items } = serverCatalogue.parse((await person.ask('GET /server-catalogue')).body);
  const of = (wanted: string) => items.find(({ id }) => id === wanted)?.capabilities ?? [];
  expect(of('filesystem')).toEqual([{ id: 'repository-files', checks: 36 }]);
  expect(of('aws')).toEqual([{ id: 'cloud-configuration', checks: 8 }]);
  expect(of('slack')).toEqual([]);
});
