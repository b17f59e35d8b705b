/** Which code reads what a tool lists, by the family of servers that share its shapes. A collector and the verifier use the same. */
import { aws } from './aws/index.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { linear } from './linear.ts';
import type { Args, RecordReader, ToolReader } from './reader.ts';
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
