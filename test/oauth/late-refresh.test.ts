/** A refresh that is answered after its grant was replaced must leave the new one alone. */
import { expect, test } from 'vitest';
import { accessOf } from './access.ts';
import { authorised, broughtBack, finished, oauthWorld } from './world.ts';

const world = await oauthWorld();
const { api, authority } = world;

test('a refresh under way does not overwrite the grant of the changed connection', async () => {
  const person = await api.person();
  const connectionId = await authorised(world, person);
  await api.store.sql(`UPDATE "OAuthGrant" SET "expiresAt" = now() + interval '5 seconds' WHERE "connectionId" = $1`, [
    connectionId,
  ]);
  const [arrived, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let isFirst = true;
  authority.overrides.set('/token', async () => {
    if (!isFirst) return false;
    isFirst = false;
    arrived.resolve();
    await go.promise;
    return false;
  });
  const late = accessOf(person, connectionId).catch(() => null);
  await arrived.promise;
  const change = { params: { connectionId }, body: { auth: { kind: 'oauth' } } };
  expect((await person.ask('PATCH /connections/{connectionId}', change)).status).toBe(200);
  expect((await finished(person, await broughtBack(world, person, connectionId))).status).toBe(200);
  go.resolve();
  await late;
  expect(await accessOf(person, connectionId)).toMatchObject({ headers: { authorization: expect.stringMatching(/^Bearer /) } });
});
