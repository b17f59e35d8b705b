/** A kind of server whose collector writes, and what of our modules it takes to have one: no profile of ours has a tool that writes. */
import type { Collected } from '../../lib/agents/extraction/collected.ts';
import type * as collectors from '../../lib/agents/extraction/collectors.ts';
import type { CallTools } from '../../lib/agents/tools.ts';
import type * as profiles from '../../lib/mcp/profiles/index.ts';

/** What the collector writes at its next run, each by a call. */
export const wanted = { notes: (): string[] => [] };

export function profilesWithScribe(own: typeof profiles): typeof profiles {
  const scribe = {
    ...own.profileById('generic'),
    id: 'scribe',
    capabilities: ['repository-files'],
    readOnlyTools: ['look'],
  } as const;
  return { ...own, profiles: [...own.profiles, scribe], profileById: (id) => (id === 'scribe' ? scribe : own.profileById(id)) };
}

export const collectorsWithScribe = (own: typeof collectors): typeof collectors => ({
  ...own,
  collectorFor: (profile, capability) => (profile === 'scribe' ? collect : own.collectorFor(profile, capability)),
});

async function collect(call: CallTools, { asOf }: { readonly asOf: string }): Promise<Collected> {
  await call([{ tool: 'look', args: {} }]);
  await call(wanted.notes().map((text) => ({ tool: 'write_note', args: { text } })));
  const listing = { toolCallIds: [], blobSha256s: [], complete: false, note: 'only notes are kept there' };
  return { evidence: { capability: 'repository-files', files: [], listing, asOf }, populations: [], gaps: [] };
}
