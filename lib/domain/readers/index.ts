/** Which code reads what a tool lists, by the family of servers that share its shapes. A collector and the verifier use the same. */
import { aws } from './aws/index.ts';
import { github, oneDefaultBranch } from './github.ts';
import { gitlab } from './gitlab.ts';
import { linear } from './linear.ts';
import type { Args, RecordJoin, RecordReader, ToolReader } from './reader.ts';
import { sentry } from './sentry.ts';
import { sonarqube } from './sonarqube.ts';

/** By family, then by tool. */
const families: Readonly<Record<string, Readonly<Record<string, ToolReader>>>> = {
  aws,
  github,
  gitlab,
  linear,
  sentry,
  sonarqube,
};

/** The reader of that tool's records of that kind; undefined where the tool, asked like that, lists none of it. */
export function readerOf(family: string, tool: string, kind: string, args: Args): RecordReader | undefined {
  const tools = Object.hasOwn(families, family) ? families[family] : undefined;
  const reader = tools !== undefined && Object.hasOwn(tools, tool) ? tools[tool] : undefined;
  if (reader === undefined) return undefined;
  const kinds = typeof reader.kinds === 'function' ? reader.kinds(args) : reader.kinds;
  return kinds.some((one) => one === kind) ? reader.read : undefined;
}

const joins: Readonly<Record<string, RecordJoin>> = { 'github branch-rule': oneDefaultBranch };

/** What follows from the records of a kind together; most follow each from itself alone. */
export const joinOf = (family: string, kind: string): RecordJoin | undefined => {
  const name = `${family} ${kind}`;
  return Object.hasOwn(joins, name) ? joins[name] : undefined;
};
