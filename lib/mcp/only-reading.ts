import { ToolNotAllowed } from './errors.ts';
import type { Profile } from './profiles/profile.ts';
import type { Session } from './session.ts';

/**
 * The session with everything but the profile's reading tools refused before it leaves: no collector, and later no model, can
 * call a tool that changes something, whatever the server's own annotations say.
 */
export const onlyReading = (session: Session, { id, readOnlyTools }: Pick<Profile, 'id' | 'readOnlyTools'>): Session => ({
  server: session.server,
  listTools: (signal) => session.listTools(signal),
  close: () => session.close(),
  async callTool(name, args, signal) {
    if (!readOnlyTools.includes(name)) throw new ToolNotAllowed(`${name} is not a reading tool of the profile ${id}`);
    return session.callTool(name, args, signal);
  },
});
