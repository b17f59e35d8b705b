/** Signs the one person of this machine in, as any Supabase user would be: with the unmodified supabase-js. */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@supabase/supabase-js';
import * as z from 'zod';

const credentials = z.object({ email: z.string(), password: z.string() });

/** Gives a function that always answers with a fresh access token. The password is made on first use and kept beside the data. */
export async function signInHere(
  dataDir: string,
  issuer: { readonly url: string; readonly anonKey: string },
): Promise<() => Promise<string>> {
  const { email, password } = await credentialsIn(join(dataDir, 'person.json'));
  const supabase = createClient(issuer.url, issuer.anonKey, { auth: { persistSession: false, autoRefreshToken: false } });
  const known = await supabase.auth.signInWithPassword({ email, password });
  if (known.error) {
    const made = await supabase.auth.signUp({ email, password });
    if (made.error) throw new Error(`the local sign-in failed: ${made.error.message}`);
  }
  return async () => {
    // Refreshes by itself what is about to expire.
    const { data } = await supabase.auth.getSession();
    if (data.session === null) throw new Error('the local session was lost');
    return data.session.access_token;
  };
}

async function credentialsIn(file: string): Promise<z.infer<typeof credentials>> {
  const made = { email: 'me@assay.local', password: randomBytes(24).toString('base64url') };
  // Only the first of two starts at once makes it; both then read the same.
  await writeFile(file, JSON.stringify(made), { mode: 0o600, flag: 'wx' }).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  });
  const known = credentials.safeParse(parsed(await readFile(file, 'utf8')));
  if (!known.success) throw new Error(`${file} is damaged: delete it, and a new person is made`);
  return known.data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
