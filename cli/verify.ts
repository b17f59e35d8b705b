/** `npm run verify -- <bundle>`: checks a sealed bundle offline. Exit 0 verified, 4 not, 2 bad usage (contracts.md, commands). */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UnreadableBundle } from '../lib/evidence/errors.ts';
import { verifyBundle } from '../lib/evidence/verify.ts';
import { exitCodes } from './exit-codes.ts';
import { isFancy, out, say } from './output.ts';
import { verifyLines } from './verify-lines.ts';

const usage = `Usage: npm run verify -- <bundle.zip> [--key <signer.pem>] [--json]

Checks a sealed bundle with nothing but the bundle: names every change, deletion, insertion and reordering, finds every quotation
at its bytes, counts every population again, and derives verdicts, score and figures from the checks.

  --key <pem>    the signer's public key (Ed25519 or elliptic curve); without it only integrity is proven
  --json         the result as one JSON document on stdout
  --help         this text

Exit codes: 0 verified, 4 not verified, 2 bad usage.`;

interface Options {
  readonly bundle: string;
  readonly key: string | undefined;
  readonly json: boolean;
}

async function verify({ bundle, key, json }: Options): Promise<number> {
  // Paths are meant from where npm was called, not from the project's own folder.
  const from = process.env['INIT_CWD'] ?? process.cwd();
  const publicKeyPem = key === undefined ? undefined : await readKey(resolve(from, key));
  const verification = await verifyBundle(resolve(from, bundle), { publicKeyPem });
  const { ok, signer, problems, checked, report } = verification;
  if (json)
    out(
      JSON.stringify({ ok, signer, runId: report?.run.id ?? null, root: report?.seal.root ?? null, checked, problems }, null, 2),
    );
  else for (const line of verifyLines(verification, isFancy(process.stdout))) out(line);
  return ok ? exitCodes.done : exitCodes.verification;
}

async function readKey(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new UnreadableBundle(`the key ${path} cannot be read`);
  }
}

/** @returns the options, `help`, or the one line that says what is wrong. */
function parse(argv: readonly string[]): Options | 'help' | { problem: string } {
  try {
    const options = { key: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
    if (values.help === true) return 'help';
    const [bundle, ...more] = positionals;
    if (bundle === undefined)
      return { problem: 'name the bundle to verify, for instance: npm run verify -- assay-report/bundle.zip' };
    if (more.length > 0) return { problem: `one bundle at a time: ${more[0]} is one too many` };
    return { bundle, key: values.key, json: values.json === true };
  } catch (error) {
    return { problem: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
  }
}

async function main(argv: readonly string[]): Promise<number> {
  const parsed = parse(argv);
  if (parsed === 'help') {
    out(usage);
    return exitCodes.done;
  }
  if ('problem' in parsed) {
    say(`${parsed.problem} (--help shows the usage)`);
    return exitCodes.usage;
  }
  try {
    return await verify(parsed);
  } catch (error) {
    if (!(error instanceof UnreadableBundle)) throw error;
    say(error.message);
    return exitCodes.usage;
  }
}

process.exitCode = await main(process.argv.slice(2));
