import { createHash, randomBytes, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { AuthProblem } from './errors.ts';
import { readJson, writeJson } from './files.ts';
import { checkPassword, hashPassword } from './passwords.ts';

const user = z.object({
  id: z.uuid(),
  email: z.string(),
  passwordHash: z.string(),
  createdAt: z.iso.datetime(),
  lastSignInAt: z.iso.datetime(),
});
/** `refreshHash` is the hash of the one refresh token that is good now. */
const session = z.object({ id: z.uuid(), userId: z.uuid(), refreshHash: z.string(), createdAt: z.iso.datetime() });
const content = z.object({ version: z.literal(1), users: z.array(user), sessions: z.array(session) });

export type User = z.infer<typeof user>;
export interface SignedIn {
  readonly user: User;
  readonly sessionId: string;
  readonly refreshToken: string;
}

export interface Users {
  signUp(email: string, password: string): Promise<SignedIn>;
  signIn(email: string, password: string): Promise<SignedIn>;
  /** Rotates: a refresh token is good once. One that was used before ends its session, because two parties hold it. */
  refresh(refreshToken: string): Promise<SignedIn>;
  /** Null when the user is gone or has signed out of this session. */
  find(userId: string, sessionId: string): User | null;
  signOut(userId: string, sessionId: string, scope: 'local' | 'global' | 'others'): Promise<void>;
}

const MIN_PASSWORD = 8;
/** Per user; the oldest is dropped, so that the file stays small. */
const MAX_SESSIONS = 20;

/** Users and sessions in one JSON file; changes are made one after another. All methods throw AuthProblem. */
export async function openUsers(file: string, now: () => Date): Promise<Users> {
  const data = (await readJson(file, content)) ?? { version: 1 as const, users: [], sessions: [] };
  let tail: Promise<unknown> = Promise.resolve();

  function change<T>(work: () => T | Promise<T>): Promise<T> {
    const result = tail.then(async () => {
      const value = await work();
      await writeJson(file, data);
      return value;
    });
    tail = result.catch(() => {});
    return result;
  }

  function begin(found: User): SignedIn {
    const id = randomUUID();
    const refreshToken = freshToken(id);
    found.lastSignInAt = now().toISOString();
    data.sessions.push({ id, userId: found.id, refreshHash: hashOf(refreshToken), createdAt: now().toISOString() });
    const own = data.sessions.filter(({ userId }) => userId === found.id);
    const surplus = new Set(own.slice(0, Math.max(0, own.length - MAX_SESSIONS)));
    data.sessions = data.sessions.filter((each) => !surplus.has(each));
    return { user: found, sessionId: id, refreshToken };
  }

  const byEmail = (email: string) => data.users.find((each) => each.email === email.toLowerCase());
  const end = (sessionId: string) => {
    data.sessions = data.sessions.filter(({ id }) => id !== sessionId);
  };

  return {
    async signUp(email, password) {
      if (password.length < MIN_PASSWORD) {
        throw new AuthProblem(422, 'weak_password', `Password should be at least ${MIN_PASSWORD} characters.`);
      }
      const passwordHash = await hashPassword(password);
      return await change(() => {
        if (byEmail(email) !== undefined) throw new AuthProblem(422, 'user_already_exists', 'User already registered');
        const at = now().toISOString();
        const created = { id: randomUUID(), email: email.toLowerCase(), passwordHash, createdAt: at, lastSignInAt: at };
        data.users.push(created);
        return begin(created);
      });
    },
    async signIn(email, password) {
      const found = byEmail(email);
      const right = await checkPassword(password, found?.passwordHash ?? null);
      if (found === undefined || !right) throw new AuthProblem(400, 'invalid_credentials', 'Invalid login credentials');
      return await change(() => begin(found));
    },
    async refresh(refreshToken) {
      const outcome = await change((): SignedIn | 'unknown' | 'reused' => {
        const sessionId = refreshToken.split('.')[0] ?? '';
        const found = data.sessions.find(({ id }) => id === sessionId);
        const owner = data.users.find(({ id }) => id === found?.userId);
        if (found === undefined || owner === undefined) return 'unknown';
        if (found.refreshHash !== hashOf(refreshToken)) {
          end(found.id);
          return 'reused';
        }
        const next = freshToken(found.id);
        found.refreshHash = hashOf(next);
        return { user: owner, sessionId: found.id, refreshToken: next };
      });
      if (outcome === 'unknown')
        throw new AuthProblem(400, 'refresh_token_not_found', 'Invalid Refresh Token: Refresh Token Not Found');
      if (outcome === 'reused') throw new AuthProblem(400, 'refresh_token_already_used', 'Invalid Refresh Token: Already Used');
      return outcome;
    },
    find(userId, sessionId) {
      const open = data.sessions.some((each) => each.id === sessionId && each.userId === userId);
      return open ? (data.users.find(({ id }) => id === userId) ?? null) : null;
    },
    signOut: (userId, sessionId, scope) =>
      change(() => {
        data.sessions = data.sessions.filter((each) => each.userId !== userId || !isEnded(each.id, sessionId, scope));
      }),
  };
}

function isEnded(id: string, current: string, scope: 'local' | 'global' | 'others'): boolean {
  switch (scope) {
    case 'global':
      return true;
    case 'local':
      return id === current;
    case 'others':
      return id !== current;
  }
}

/** The session's id makes a used token recognisable as one of that session. */
const freshToken = (sessionId: string): string => `${sessionId}.${randomBytes(24).toString('base64url')}`;
const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');
