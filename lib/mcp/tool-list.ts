import type { RequestOptions } from '@modelcontextprotocol/client';
import canonicalize from 'canonicalize';
import { SourceUnavailable } from './errors.ts';
import type { OpenClient } from './handshake.ts';
import { sha256Hex } from './result.ts';
import type { ToolDefinition } from './session.ts';

/** A server whose list has no end would be read for ever. */
const MAX_PAGES = 64;
const MAX_TOOLS = 2_000;
/** Of all definitions together, in characters: each page alone keeps to the cap of one answer. */
const MAX_CHARS = 4 * 1024 * 1024;
/** A name stands in plans, approvals and logs. */
const MAX_NAME = 200;

/**
 * Every page of `tools/list`, as raw requests: the SDK's own listing asks nothing of a resumed session, whose capabilities it does not
 * know, and compiles every schema that the server sends.
 */
export async function listAllTools({ client, handshake }: OpenClient, options: RequestOptions): Promise<ToolDefinition[]> {
  const hasTools = handshake.era === 'older' ? handshake.hasTools : handshake.discover.capabilities.tools !== undefined;
  if (!hasTools) return [];
  const tools: ToolDefinition[] = [];
  let cursor: string | undefined;
  let size = 0;
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const answer = await client.request({ method: 'tools/list', params: cursor === undefined ? {} : { cursor } }, options);
    for (const tool of answer.tools) {
      const definition = definitionOf(tool);
      size += definition.definition.length;
      if (size > MAX_CHARS) throw new SourceUnavailable('too-large', `its list of tools is longer than ${MAX_CHARS} characters`);
      tools.push(definition);
    }
    if (tools.length > MAX_TOOLS) break;
    if (answer.nextCursor === undefined || answer.nextCursor === cursor) return tools;
    cursor = answer.nextCursor;
  }
  throw new SourceUnavailable('too-large', `it lists more than ${MAX_TOOLS} tools or ${MAX_PAGES} pages of them`);
}

function definitionOf(tool: { readonly name: string }): ToolDefinition {
  if (tool.name.length > MAX_NAME) throw new SourceUnavailable('protocol', `a tool's name is longer than ${MAX_NAME} characters`);
  const definition = canonicalize(tool) ?? '';
  return { name: tool.name, definition, sha256: sha256Hex(Buffer.from(definition)) };
}
