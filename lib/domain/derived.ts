/**
 * Some tools print a file inside JSON, where no line of it stands as it is. What they print is kept; the file is taken out of it by
 * a rule, kept beside it as a block of its own, and taken out again by whoever verifies.
 */
import { isUtf8 } from 'node:buffer';
import * as z from 'zod';
import { parsedJson } from './parsed-json.ts';

export interface Answered {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** `get_file_contents` of @zereight/mcp-gitlab: text that is UTF-8 as it is, everything else in base64. */
const gitlabFile = z.object({ content: z.string(), encoding: z.enum(['utf8', 'text', 'base64']) });

/** The file in an answer's only block; null where the tool is none of those, or answers with something else. */
export function derivedFile({ tool, args }: Answered, block: Uint8Array): Uint8Array | null {
  if (tool !== 'get_file_contents' || !('project_id' in args) || !isUtf8(block)) return null;
  const file = gitlabFile.safeParse(parsedJson(new TextDecoder().decode(block))).data;
  return file === undefined ? null : Buffer.from(file.content, file.encoding === 'base64' ? 'base64' : 'utf8');
}
