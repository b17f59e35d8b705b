import { expect, test } from 'vitest';
import { onlyReading } from './only-reading.ts';
import { profileById, profiles } from './profiles/index.ts';
import { decodeResult } from './result.ts';
import type { Session } from './session.ts';

function recording(): { session: Session; called: string[] } {
  const called: string[] = [];
  const session: Session = {
    server: { name: 's', version: '1' },
    listTools: async () => [],
    close: async () => undefined,
    callTool: async (name) => {
      called.push(name);
      return decodeResult([], { isError: false, credentialFree: (text) => text });
    },
  };
  return { session, called };
}
const signal = new AbortController().signal;

test.each(['write_file', 'edit_file', 'move_file', 'create_directory', 'constructor'])(
  '%s never reaches the filesystem server',
  async (tool) => {
    const { session, called } = recording();
    await expect(onlyReading(session, profileById('filesystem')).callTool(tool, {}, signal)).rejects.toMatchObject({
      name: 'ToolNotAllowed',
    });
    expect(called).toEqual([]);
  },
);

test('the reading tools of every profile pass, and a server of which nothing is known gets no call at all', async () => {
  for (const profile of profiles) {
    const { session, called } = recording();
    for (const tool of profile.readOnlyTools) await onlyReading(session, profile).callTool(tool, {}, signal);
    expect(called).toEqual(profile.readOnlyTools);
  }
  await expect(onlyReading(recording().session, profileById('unheard-of')).callTool('read', {}, signal)).rejects.toThrow(
    'not a reading tool',
  );
});
