import { describe, expect, test } from 'vitest';
import type { CheckOutcome } from '../check.ts';
import { judge } from '../testing.ts';
import { releaseProvenance } from './release-provenance.ts';
import { sbomGenerated } from './sbom.ts';

const path = '.github/workflows/release.yml';
const workflow = (...steps: readonly string[]): Record<string, string> => ({
  [path]: `on: { push: { tags: [v*] } }\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n${steps.map((step) => `      - ${step}\n`).join('')}`,
});
const pushImage = '{ uses: docker/build-push-action@v6, with: { push: true } }';

describe('release-provenance', () => {
  test.each<[string, readonly string[], CheckOutcome]>([
    ['an image without signature', [pushImage], 'fail'],
    ['a package without provenance', ['{ run: npm publish, env: { NODE_AUTH_TOKEN: x } }'], 'fail'],
    ['a release by command', ['run: gh release create v1 dist/*'], 'fail'],
    ['an attested image', [pushImage, 'uses: actions/attest-build-provenance@v2'], 'pass'],
    [
      'an image that buildx attests',
      ['{ uses: docker/build-push-action@v6, with: { push: true, provenance: mode=max } }'],
      'pass',
    ],
    ['a package with provenance', ['run: npm publish --provenance --access public'], 'pass'],
    ['a signed release', ['run: cosign sign-blob a.tgz', 'run: gh release create v1 a.tgz'], 'pass'],
  ])('judges %s', async (_, steps, expected) => {
    expect((await judge(releaseProvenance, workflow(...steps))).results).toEqual({ [path]: expected });
  });

  test.each<[string, readonly string[], CheckOutcome]>([
    ['an image that is only built', ['{ uses: docker/build-push-action@v6, with: { push: false } }'], 'not-applicable'],
    ['a rehearsal', ['run: npm publish --dry-run'], 'not-applicable'],
    ['tests', ['run: npm test'], 'not-applicable'],
  ])('leaves %s alone', async (_, steps, expected) => {
    expect((await judge(releaseProvenance, workflow(...steps))).results).toEqual({ repository: expected });
  });

  test('reads package.json, and does not vouch for trusted publishing', async () => {
    const files = workflow('run: npm publish');
    const provenance = { ...files, 'package.json': '{"publishConfig":{"provenance":true}}' };
    expect((await judge(releaseProvenance, provenance)).results).toEqual({ [path]: 'pass' });
    const trusted = { [path]: `permissions: { id-token: write }\n${files[path]}` };
    expect((await judge(releaseProvenance, trusted)).results).toEqual({ [path]: 'unknown' });
  });

  test('follows the package script that publishes', async () => {
    const files = {
      ...workflow('run: npm run release'),
      'package.json': '{"scripts":{"release":"npm run build && changeset publish"}}',
    };
    expect((await judge(releaseProvenance, files)).quotes(path)).toContain('changeset publish');
  });
});

describe('sbom-generated', () => {
  const manifest = { 'package.json': '{"dependencies":{"a":"1"}}' };
  test.each<[string, Record<string, string>, CheckOutcome]>([
    ['an action', { ...manifest, ...workflow('uses: anchore/sbom-action@v0') }, 'pass'],
    ['a command', { ...manifest, ...workflow('run: npm sbom --sbom-format cyclonedx > bom.json') }, 'pass'],
    ['a build with an SBOM', { ...manifest, ...workflow('{ uses: docker/build-push-action@v6, with: { sbom: true } }') }, 'pass'],
    ['a committed file', { ...manifest, 'docs/api.cdx.json': '{}' }, 'pass'],
    ['none', { ...manifest, ...workflow('run: npm test') }, 'fail'],
    ['no components', { 'README.md': '' }, 'not-applicable'],
    ['another CI system', { ...manifest, Jenkinsfile: '' }, 'unknown'],
  ])('judges %s', async (_, files, expected) => {
    expect((await judge(sbomGenerated, files)).results).toEqual({ repository: expected });
  });
});
