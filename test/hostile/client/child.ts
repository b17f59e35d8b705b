/**
 * Two users in one process: one whose server is hostile, one whose server behaves. `child.ts <hostile origin> <sound url> <redis url>
 * <folder>`, with --expose-gc; measures one personality each time it is asked.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { openGuardedFetch } from '../../../lib/net/guarded-fetch.ts';
import { hostileTarget, managersOn, owner, timeScale } from '../manager.ts';
import { attack } from './attack.ts';
import { callFor, callWhile } from './others.ts';
import { asked, type Measured } from './protocol.ts';
import { watchMemory, watchTurns } from './watch.ts';

const [hostileOrigin = '', soundUrl = '', redisUrl = '', folder = ''] = process.argv.slice(2);
const managerOver = await managersOn(redisUrl, folder);
/** As in production (lib/runtime/resources.ts), but for the origins and the scale of time. */
const managerAt = (origin: string, scale: number) => {
  const { fetch } = openGuardedFetch({
    allowOrigins: [origin],
    ownHosts: [],
    maxBytes: 8 * 2 ** 20,
    idleMs: 20_000 * scale,
    totalMs: 40_000 * scale,
    connectionsPerOrigin: 10,
  });
  return managerOver(fetch, scale);
};
/** Long enough for a hundred calls of the other user's. */
const PHASE_MS = 600;
const LOOK_MS = 5;
/** Between two attacks: a user who tries again and again. */
const PAUSE_MS = 100;

const unhandled: string[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(String(reason).slice(0, 200)));
process.on('uncaughtException', (error) => unhandled.push(String(error).slice(0, 200)));

const manager = managerAt(hostileOrigin, timeScale);
const sound = await managerAt(new URL(soundUrl).origin, 1).connect(
  owner(),
  hostileTarget(soundUrl, 'sound'),
  new AbortController().signal,
);

/** One attack at least, and as many as fit into a phase. */
async function attackFor(url: string, ms: number): Promise<Measured['outcomes']> {
  const end = performance.now() + ms;
  const outcomes = await attack(manager, url);
  while (performance.now() < end) {
    await sleep(PAUSE_MS);
    outcomes.push(...(await attack(manager, url)));
  }
  return outcomes;
}

async function measure(hostile: string): Promise<Measured> {
  const before = await callFor(sound, PHASE_MS / 2);
  global.gc?.();
  const memory = watchMemory();
  const turns = watchTurns();
  const lag = monitorEventLoopDelay({ resolution: LOOK_MS });
  lag.enable();
  let isOver = false;
  const attacking = attackFor(`${hostileOrigin}/${encodeURIComponent(hostile)}`, PHASE_MS).finally(() => {
    isOver = true;
  });
  const [outcomes, beside] = await Promise.all([attacking, callWhile(sound, () => !isOver)]);
  lag.disable();
  const seen = { outcomes, beside, turns: turns(), grown: memory() };
  const after = await callFor(sound, PHASE_MS / 2);
  // What was left behind has its chance to fail.
  await sleep(20);
  const toMs = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - LOOK_MS);
  return {
    ...seen,
    wallLag: { p99: toMs(lag.percentile(99)), max: toMs(lag.max) },
    alone: [...before, ...after],
    unhandled: unhandled.splice(0),
    polluted: Reflect.has({}, 'polluted'),
  };
}

await callFor(sound, PHASE_MS);
// What is loaded and compiled on first use belongs to nobody's attack.
for (const path of ['', '', '', encodeURIComponent('a wide schema'), encodeURIComponent('a regex bomb')])
  await attack(manager, `${hostileOrigin}/${path}`);
process.on('message', async (message) => process.send?.(await measure(asked.parse(message).hostile)));
process.on('disconnect', () => process.exit());
process.send?.('ready');
