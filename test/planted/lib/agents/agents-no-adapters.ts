import type { Session } from '../mcp/session.ts';

export const names = (session: Session): string => session.name;
