import type { Observation, RepositoryCheck, RepositoryFile } from '../check.ts';
import { isText } from '../cite.ts';
import { fail, noSubject, notApplicable, own, pass, quotes, unknown } from '../observe.ts';
import { dockerfile, dockerfileGlobs } from '../parse/dockerfile.ts';

export const baseImages: RepositoryCheck = {
  id: 'base-images-pinned',
  title: 'Base images are pinned by digest',
  capability: 'repository-files',
  severity: 'medium',
  rationale:
    'A tag such as "22-alpine" names whatever was pushed last: two builds of one commit differ, and a replaced image goes unnoticed. ' +
    'CSF ID.RA-09 asks that authenticity and integrity of software are assessed before use; SSDF PW.4.1 for well-secured components.',
  remediation: {
    steps: [
      'Write base images as name:tag@sha256:<digest>.',
      'Let a dependency update bot raise the digests (Dependabot: package-ecosystem "docker").',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['ID.RA-09'], 'nist-ssdf-1.1': ['PW.4.1'] },
  evaluate: (input) => {
    const files = own(input, dockerfileGlobs);
    if (files.length === 0) return [noSubject(input, 'repository', dockerfileGlobs, 'There is no Dockerfile')];
    return files.map(judge);
  },
};

function judge(file: RepositoryFile): Observation {
  const parsed = dockerfile(file);
  if (!parsed.ok || !isText(file)) return unknown(file.path, parsed.ok ? 'The file was not read' : parsed.reason);
  const external = parsed.value.bases.filter(({ kind }) => kind === 'external');
  const moving = external.filter(({ digest }) => digest === null);
  if (moving.length > 0) {
    const cited = quotes(file, moving);
    return fail(
      file.path,
      moving.length === 1 ? 'A base image is named without a digest' : 'Base images are named without a digest',
      cited,
    );
  }
  // `FROM ${IMAGE}@sha256:...` is fixed whatever the image is called.
  const open = parsed.value.bases.find(({ kind, digest }) => kind === 'unresolved' && digest === null);
  if (open) return unknown(file.path, 'A base image is a build argument without a default');
  if (external.length === 0) return notApplicable(file.path, 'It has no external base image');
  return pass(file.path, 'Every base image is named by its digest', quotes(file, external));
}
