import type { Citation, Observation, RepositoryCheck, RepositoryFile } from '../check.ts';
import { excerpt, isText } from '../cite.ts';
import { fail, matching, notApplicable, pass, quotes } from '../observe.ts';
import { gitlabGlobs, gitlabPipeline } from '../parse/gitlab.ts';
import type { TextFile } from '../parse/memo.ts';
import type { Setting, Step, Workflow } from '../parse/workflow.ts';
import { perWorkflow } from './per-workflow.ts';

/** Names that carry a long-lived key of a cloud that also accepts the workflow's own identity (OIDC). */
const keyNames =
  /^(?:aws[-_](?:access[-_]key[-_]id|secret[-_]access[-_]key)|credentials_json|service_account_key|google_(?:application_)?credentials|gcp_(?:sa_key|credentials)|gcloud_service_key|(?:arm|azure)_client_secret|azure_credentials|creds|client-secret)$/i;
/** Cloud sign-in actions: which of their inputs show that they use the workflow's identity. */
const identityInputs = new Map([
  ['aws-actions/configure-aws-credentials', /^role-to-assume$/],
  ['google-github-actions/auth', /^workload_identity_provider$/],
  ['azure/login', /^client-id$/],
]);
/** Inputs that mean a cloud key only when given to a cloud sign-in action. */
const ambiguous = /^(?:creds|client-secret|credentials_json|service_account_key)$/i;

export const staticCloudKeys: RepositoryCheck = {
  id: 'static-cloud-keys-in-workflows',
  title: 'Workflows sign in to clouds by their own identity, not by stored keys',
  capability: 'repository-files',
  severity: 'high',
  rationale:
    'A stored cloud key works from anywhere until somebody revokes it; a token that the cloud issues to one workflow run (OIDC) expires by itself. ' +
    'CSF PR.AA-01 asks that credentials are managed; SSDF PO.5.1 that development environments are protected.',
  remediation: {
    steps: [
      "Let the cloud trust the workflow's OIDC identity, restricted to the repository and branch or environment.",
      'Sign in with it (AWS: role-to-assume; Google: workload_identity_provider; Azure: client-id) and give the job "id-token: write".',
      'Revoke the stored keys.',
    ],
    effort: 'medium',
  },
  controls: { 'nist-csf-2.0': ['PR.AA-01'], 'nist-ssdf-1.1': ['PO.5.1'] },
  evaluate: (input) =>
    perWorkflow(input, 'any-ci', (file, workflow) => [judge(file, workflow)]).map((observation) => {
      const pipeline = matching(input, gitlabGlobs).find(({ path }) => path === observation.resource);
      return (pipeline && judgeGitlab(pipeline)) ?? observation;
    }),
};

/** Null where the file shows neither: the keys may then be variables of the project's settings. */
function judgeGitlab(file: RepositoryFile): Observation | null {
  const parsed = gitlabPipeline(file);
  if (!parsed.ok || !isText(file)) return null;
  const { jobs, variables } = parsed.value;
  const stored = [...variables, ...jobs.flatMap((job) => job.variables)].filter(
    (one) => keyNames.test(one.key) && !one.value.startsWith('$'),
  );
  if (stored.length > 0)
    return fail(
      file.path,
      'It signs in to a cloud with a stored key',
      stored.map(({ start, keyEnd }) => excerpt(file, start, keyEnd)),
    );
  const tokens = jobs.flatMap(({ idTokens }) => (idTokens === null ? [] : [excerpt(file, idTokens.start, idTokens.end)]));
  return tokens.length > 0 ? pass(file.path, 'It asks for an identity token to sign in with', tokens) : null;
}

function judge(file: TextFile, workflow: Workflow): Observation {
  const stored = [
    ...workflow.env.filter(isStored),
    ...workflow.jobs.flatMap((job) => [
      ...[...job.env, ...job.with, ...job.secrets].filter(isStored),
      ...job.steps.flatMap(storedIn),
    ]),
  ];
  if (stored.length > 0)
    return fail(
      file.path,
      'It signs in to a cloud with a stored key',
      stored.map((setting) => citeSetting(file, setting)),
    );
  const identity = workflow.jobs.flatMap(({ steps }) => steps.flatMap((step) => byIdentity(file, step)));
  if (identity.length > 0) return pass(file.path, "It signs in to a cloud by the workflow's own identity", identity);
  return notApplicable(file.path, 'It uses no stored cloud key and no cloud sign-in that this check knows');
}

const signInOf = (step: Step): RegExp | undefined => identityInputs.get((step.uses?.value.split('@')[0] ?? '').toLowerCase());

function storedIn(step: Step): readonly Setting[] {
  const signsIn =
    signInOf(step) !== undefined || step.uses?.value.toLowerCase().startsWith('google-github-actions/setup-gcloud@');
  return [...step.env, ...step.with].filter((setting) => isStored(setting) && (signsIn || !ambiguous.test(setting.key)));
}

/** Taken from the repository's secrets or variables, or written down; the short-lived output of an earlier step is not stored. */
function isStored({ key, value }: Setting): boolean {
  if (!keyNames.test(key) || value === '') return false;
  return /\$\{\{\s*(?:secrets|vars)[.[]/.test(value) || !value.includes('${{');
}

/** A key that is written down is a secret: then only its name is quoted. */
const citeSetting = (file: TextFile, { start, keyEnd, end, value }: Setting): Citation =>
  excerpt(file, start, /^\$\{\{[^}]*\}\}$/.test(value.trim()) ? end : keyEnd);

function byIdentity(file: TextFile, step: Step): readonly Citation[] {
  const input = signInOf(step);
  const { uses } = step;
  if (input === undefined || uses === null) return [];
  const found = step.with.filter(({ key }) => input.test(key));
  return found.length === 0 ? [] : [excerpt(file, uses.start, uses.end), ...quotes(file, found)];
}
