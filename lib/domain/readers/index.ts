/** Which code reads what a tool lists, by the family of servers that share its shapes. A collector and the verifier use the same. */
import { aws } from './aws/index.ts';
import { github } from './github.ts';
import { linear } from './linear.ts';
import type { RecordReader, ToolReader } from './reader.ts';
import { sentry } from './sentry.ts';
import { sonarqube } from './sonarqube.ts';

export type { RecordReader, ToolReader } from './reader.ts';

/** By family, then by tool. */
const families: Readonly<Record<string, Readonly<Record<string, ToolReader>>>> = { aws, github, linear, sentry, sonarqube };

/** The reader of that tool's records of that kind; undefined where the tool lists none of it. */
export function readerOf(family: string, tool: string, kind: string): RecordReader | undefined {
  const tools = Object.hasOwn(families, family) ? families[family] : undefined;
  const reader = tools !== undefined && Object.hasOwn(tools, tool) ? tools[tool] : undefined;
  return reader?.kinds.some((one) => one === kind) ? reader.read : undefined;
}
