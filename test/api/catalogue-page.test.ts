/** docs/server-catalogue.md, from the profiles. `npx vitest run test/api/catalogue-page.test.ts -u` writes it anew. */
import { expect, test } from 'vitest';
import { checksPerCapability } from '../../lib/checks/counts.ts';
import { profiles } from '../../lib/mcp/profiles/index.ts';
import type { Profile } from '../../lib/mcp/profiles/profile.ts';

const capability = (name: Profile['capabilities'][number]): string => `${name} (${checksPerCapability[name]})`;

function entry({ id, title, endpoint, auth, credentials, scope, capabilities, readOnlyTools, source }: Profile): string {
  const fields = scope.map(
    ({ name, example, required }) => `\`${name}\`${required ? '' : ' (optional)'}, such as \`${example}\``,
  );
  const rows = [
    ['profile', `\`${id}\``],
    ['address', endpoint === null ? 'that of your own server' : `\`${endpoint}\``],
    ['signs in by', auth.join(', ')],
    ['credentials', credentials],
    ['scope', fields.join('; ') || 'none'],
    ['capabilities (checks)', capabilities.map(capability).join(', ') || 'none yet'],
    ['runs unattended', readOnlyTools.map((tool) => `\`${tool}\``).join(', ') || 'nothing, until you allow it'],
    ['names and shapes from', `${source.what}, ${source.on}`],
  ];
  return `## ${title}\n\n${rows.map(([name, text]) => `- **${name}:** ${text}`).join('\n')}\n`;
}

test('the page says what the profiles say today', async () => {
  const known = profiles.filter(({ id }) => id !== 'generic').map(entry);
  const page = `# Servers that Assay knows

Each of these is a profile: which tools of the server only read, what it shows to checks, and what you must say to narrow it to what is
assessed. Any other MCP server connects as \`generic\`: its tools run once you allow them. \`GET /server-catalogue\` gives the same as data.

${known.join('\n')}`;
  await expect(page).toMatchFileSnapshot('../../docs/server-catalogue.md');
});
