import type { Citation, Observation, RepositoryCheck, RepositoryFiles } from '../check.ts';
import { type CiAction, ciGlobs, type Pipelines, pipelines } from '../ci/pipelines.ts';
import { reach } from '../ci/reach.ts';
import { excerpt, isText } from '../cite.ts';
import { fail, noSubject, own, pass, quotes, unknown } from '../observe.ts';
import { json, memberAt } from '../parse/json.ts';
import { entry, yamlDocument } from '../parse/yaml.ts';

/** Actions that publish a release or an artifact. */
const publishers = new Set([
  'softprops/action-gh-release',
  'ncipollo/release-action',
  'actions/create-release',
  'goreleaser/goreleaser-action',
  'js-devtools/npm-publish',
  'pypa/gh-action-pypi-publish',
  'cycjimmy/semantic-release-action',
  'googleapis/release-please-action',
  'google-github-actions/release-please-action',
]);
/** Build actions, which publish when told to push. */
const builders = new Set(['docker/build-push-action', 'docker/bake-action']);

const publishCommands: readonly RegExp[] = [
  /^(?:npm|pnpm|yarn\s+npm|yarn|bun|lerna|changeset|poetry|uv|cargo|hatch|flit|wrangler\s+pages)\s+(?:\S+\s+)*?publish\b(?!\S)(?!.*--dry-run)/,
  /^(?:semantic-release|release-it|goreleaser\s+release|twine\s+upload|gem\s+push|helm\s+push|dotnet\s+nuget\s+push)(?:\s|$)/,
  /^gh\s+release\s+(?:create|upload)\b/,
  /^(?:docker|podman|buildah)\s+push\b/,
  /^docker\s+(?:buildx\s+)?(?:build|bake)\b.*\s--push\b/,
  /^(?:\.\/)?mvnw?\b.*\sdeploy\b/,
  /^(?:\.\/)?gradlew?\b.*\spublish\w*/,
];

const signers =
  /^(?:actions\/attest(?:-build-provenance|-sbom)?|slsa-framework\/slsa-github-generator(?:\/.*)?|sigstore\/(?:cosign-installer|gh-action-sigstore-python)|crazy-max\/ghaction-import-gpg|pypa\/gh-action-pypi-publish)$/;

const signCommands: readonly RegExp[] = [
  /^cosign\s+(?:sign|sign-blob|attest|attest-blob)\b/,
  /^(?:npm|pnpm)\s+(?:\S+\s+)*?publish\b.*--provenance\b(?!=false)/,
  /^gpg2?\b.*\s(?:--detach-sign|--clearsign|--sign|-b|-s|-ab|--detach-sig)\b/,
  /^(?:minisign\s+-S|signify\s+-S|notation\s+sign|jarsigner|rpmsign|debsign|sigstore\s+sign|signtool\s+sign)/,
];

const releaserGlobs = ['{.goreleaser,goreleaser}.{yml,yaml}'] as const;

export const releaseProvenance: RepositoryCheck = {
  id: 'release-provenance',
  title: 'Published artifacts are signed or carry provenance',
  capability: 'repository-files',
  severity: 'medium',
  rationale:
    'A signature or an attestation lets whoever installs an artifact verify that it came out of this pipeline and no other. CSF ID.RA-09 asks that ' +
    'authenticity and integrity of software can be assessed; SSDF PS.2.1 asks to make integrity information available to those who acquire it.',
  remediation: {
    steps: [
      'Attest what the release workflow builds (actions/attest-build-provenance, cosign, or "npm publish --provenance").',
      'Say in the documentation how to verify it.',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['ID.RA-09'], 'nist-ssdf-1.1': ['PS.2.1'] },
  evaluate: (input) => {
    const seen = pipelines(input);
    const paths = [...new Set([...seen.workflows.map(({ file }) => file.path), ...seen.scripts.map(({ path }) => path)])];
    const published = paths.flatMap((path) => judge(input, seen, path) ?? []);
    if (published.length > 0) return published;
    const [reason] = seen.unseen;
    if (reason !== undefined)
      return [unknown('repository', `No publishing pipeline was found, but not everything could be read: ${reason}`)];
    return [noSubject(input, 'repository', ciGlobs, 'No pipeline publishes an artifact or a release')];
  },
};

/** Null for a pipeline file that publishes nothing. */
function judge(input: RepositoryFiles, seen: Pipelines, path: string): Observation | null {
  const scripts = seen.scripts.filter((script) => script.path === path);
  const actions = seen.actions.filter(({ file }) => file.path === path);
  const published =
    reach(input, scripts, publishCommands)?.citations ?? actions.filter(publishes).flatMap((action) => cite(action, 'push'));
  if (published.length === 0) return null;
  const signed = [
    ...actions.filter(signs).flatMap((action) => cite(action, 'provenance')),
    ...(reach(input, scripts, signCommands)?.citations ?? []),
    ...signedByConfiguration(input),
  ];
  if (signed.length > 0) return pass(path, 'It publishes, and signs or attests what it publishes', [...published, ...signed]);
  if (trustedPublishing(seen, path))
    return unknown(path, 'It may publish with provenance by its own identity, which is set up outside the files');
  return fail(path, 'It publishes without a signature or an attestation', published);
}

/** The action, and the input that decides. */
function cite({ file, uses, step }: CiAction, name: string): readonly Citation[] {
  const decisive = step.with.filter(({ key }) => key === name);
  return quotes(file, [uses, ...decisive]);
}

function input(action: CiAction, name: string): string | undefined {
  return action.step.with.find(({ key }) => key === name)?.value;
}

const publishes = (action: CiAction): boolean =>
  publishers.has(action.name) || (builders.has(action.name) && !['false', undefined].includes(input(action, 'push')));

function signs(action: CiAction): boolean {
  if (builders.has(action.name)) return !['false', undefined].includes(input(action, 'provenance'));
  return signers.test(action.name) && input(action, 'attestations') !== 'false';
}

/** GoReleaser's `signs`, npm's `provenance` in the manifest or in .npmrc. */
function signedByConfiguration(files: RepositoryFiles): readonly Citation[] {
  const releaser = own(files, releaserGlobs).flatMap((file) => {
    const parsed = yamlDocument(file);
    if (!parsed.ok || !isText(file)) return [];
    const found = ['signs', 'docker_signs', 'binary_signs'].map((key) => entry(parsed.value, parsed.value.contents, key));
    return found.flatMap((one) => (one === null ? [] : [excerpt(file, one.start, one.keyEnd)]));
  });
  const npm = own(files, ['**/package.json']).flatMap((file) => {
    const parsed = json(file);
    const found = parsed.ok ? memberAt(parsed.value, 'publishConfig', 'provenance') : null;
    return isText(file) && found?.value.kind === 'boolean' && found.value.value ? [excerpt(file, found.start, found.end)] : [];
  });
  const npmrc = own(files, ['**/.npmrc']).flatMap((file) => {
    const found = isText(file) ? /^[ \t]*provenance[ \t]*=[ \t]*true/m.exec(file.content.text) : null;
    return isText(file) && found ? [excerpt(file, found.index, found.index + found[0].length)] : [];
  });
  return [...releaser, ...npm, ...npmrc];
}

/** npm publishes with provenance by itself when the registry trusts the workflow: an identity token, and no stored token. */
function trustedPublishing(seen: Pipelines, path: string): boolean {
  const found = seen.workflows.find(({ file }) => file.path === path);
  if (found === undefined) return false;
  const { permissions, jobs, env } = found.workflow;
  const scopes = [permissions, ...jobs.map((job) => job.permissions)].flatMap((one) => one?.scopes ?? []);
  const settings = [...env, ...jobs.flatMap((job) => [...job.env, ...job.steps.flatMap((step) => step.env)])];
  const runsNpm = jobs.some(({ steps }) => steps.some(({ run }) => /\bpublish\b/.test(run?.value ?? '')));
  return (
    runsNpm &&
    scopes.some(({ key, value }) => key === 'id-token' && value === 'write') &&
    !settings.some(({ key }) => /^(?:NODE_AUTH_TOKEN|NPM_TOKEN)$/.test(key))
  );
}
