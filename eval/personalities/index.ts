import { stages } from '../endpoint/asked.ts';
import * as failing from './failing.ts';
import { good } from './good/good.ts';
import { lazy } from './lazy.ts';
import { malicious } from './malicious.ts';
import type { Personality } from './personality.ts';
import { wrong } from './wrong.ts';

/** By the name that a request's `model` carries after `scripted-`. */
const byName = {
  good,
  lazy,
  wrong,
  malicious,
  malformed: failing.malformed,
  'malformed-once': failing.malformedOnce,
  otherwise: failing.otherwise,
  'otherwise-once': failing.otherwiseOnce,
  truncated: failing.truncated,
  slow: failing.slow,
  late: failing.late,
  refusing: failing.refusing,
  filtered: failing.filtered,
  hanging: failing.hanging,
  dripping: failing.dripping,
  cut: failing.cut,
  ratelimited: failing.rateLimited,
  failing: failing.failing,
  flaky: failing.flaky,
  locked: failing.locked,
} as const satisfies Record<string, Personality>;

export type PersonalityName = keyof typeof byName;
export const personalityNames = Object.keys(byName).filter(isName);

function isName(name: string): name is PersonalityName {
  return Object.hasOwn(byName, name);
}

/** `good`; or `good,section=hanging,summary=wrong`, which is another at some stages. @throws Error when nothing has such a name. */
export function partOf(part: string): Personality {
  const [usual = '', ...exceptions] = part.split(',');
  const others = new Map<string, Personality>();
  for (const exception of exceptions) {
    const [stage = '', name = ''] = exception.split('=');
    if (!stages.some((one) => one === stage)) throw new Error(`no stage is called '${stage}': ${stages.join(', ')}`);
    others.set(stage, personality(name));
  }
  const base = personality(usual);
  return (asked, before) => (others.get(asked.stage) ?? base)(asked, before);
}

function personality(name: string): Personality {
  if (!isName(name)) throw new Error(`no personality is called '${name}': ${personalityNames.join(', ')}`);
  return byName[name];
}
