import type { Citation, Observation, RepositoryCheck, RepositoryFiles } from '../check.ts';
import { pipelines } from '../ci/pipelines.ts';
import { reach } from '../ci/reach.ts';
import { excerpt } from '../cite.ts';
import { countPaths, fail, incomplete, noSubject, own, pass, unknown } from '../observe.ts';
import { dockerfileGlobs } from '../parse/dockerfile.ts';
import { manifestGlobs } from './manifests.ts';

/** Committed bills of materials, by the names that CycloneDX and SPDX recommend. */
const sbomGlobs = ['**/*.{cdx,spdx}.{json,xml}', '**/*.spdx', '**/{bom,sbom}.{json,xml}'] as const;

const generators =
  /^(?:anchore\/sbom-action|cyclonedx\/.*|actions\/attest-sbom|advanced-security\/(?:sbom|spdx).*|microsoft\/sbom-tool.*|philips-labs\/spdx-action|kubernetes-sigs\/bom.*)/;

const generateCommands: readonly RegExp[] = [
  /^(?:syft|cdxgen|cyclonedx[\w-]*|sbom-tool|spdx-sbom-generator|cargo\s+(?:cyclonedx|sbom)|bom\s+generate|docker\s+(?:sbom|scout\s+sbom)|cyclonedx)(?:\s|$)/,
  /^(?:npm|pnpm|yarn)\s+(?:\S+\s+)*?sbom\b/,
  /^trivy\s.*--format[= ](?:cyclonedx|spdx)/,
  /^docker\s+(?:buildx\s+)?(?:build|bake)\b.*--sbom(?!=false)/,
  /^(?:\.\/)?(?:mvnw?|gradlew?)\b.*cyclonedx/i,
];

const subjects: readonly string[] = [...manifestGlobs, ...dockerfileGlobs];

export const sbomGenerated: RepositoryCheck = {
  id: 'sbom-generated',
  title: 'A bill of materials is generated',
  capability: 'repository-files',
  severity: 'low',
  rationale:
    'When a component turns out to be vulnerable, a bill of materials (SBOM) answers which releases contain it. CSF ID.AM-02 asks for inventories of ' +
    'software; SSDF PS.3.2 asks to collect and share provenance data for all components of each release.',
  remediation: {
    steps: [
      'Generate a CycloneDX or SPDX file in the release workflow (npm sbom, syft, a build with --sbom).',
      'Publish it with the release.',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['ID.AM-02'], 'nist-ssdf-1.1': ['PS.3.2'] },
  evaluate: (input) => [judge(input)],
};

function judge(input: RepositoryFiles): Observation {
  if (own(input, subjects).length === 0) {
    return noSubject(input, 'repository', subjects, 'Nothing with components (a manifest, a Dockerfile) is listed');
  }
  const generated = generatedInCi(input);
  if (generated.length > 0) return pass('repository', 'A pipeline generates a bill of materials', generated);
  if (own(input, sbomGlobs).length > 0)
    return pass('repository', 'A bill of materials is committed', [countPaths(input, sbomGlobs)]);
  const [reason] = pipelines(input).unseen;
  if (reason !== undefined)
    return unknown('repository', `No bill of materials was found, but not everything could be read: ${reason}`);
  if (!input.listing.complete) return incomplete(input, 'repository');
  return fail('repository', 'No pipeline generates a bill of materials, and none is committed', [
    countPaths(input, sbomGlobs),
    countPaths(input, subjects),
  ]);
}

function generatedInCi(input: RepositoryFiles): readonly Citation[] {
  const { actions, scripts } = pipelines(input);
  for (const { name, step, file, uses } of actions) {
    const asked = step.with.find(({ key, value }) => key === 'sbom' && value !== 'false');
    const cited = excerpt(file, uses.start, uses.end);
    if (asked) return [cited, excerpt(file, asked.start, asked.end)];
    if (generators.test(name)) return [cited];
  }
  return reach(input, scripts, generateCommands)?.citations ?? [];
}
