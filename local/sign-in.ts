/** Signs the one person of this machine in, as any Supabase user would be: with the unmodified supabase-js. */
import { randomBytes } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
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
  const text = await readFile(file, 'utf8').catch(() => null);
  const known = text === null ? null : credentials.safeParse(parsed(text));
  if (known?.success) return known.data;
  const made = { email: 'me@assay.local', password: randomBytes(24).toString('base64url') };
  await writeFile(file, JSON.stringify(made), { mode: 0o600 });
  await chmod(file, 0o600);
  return made;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
