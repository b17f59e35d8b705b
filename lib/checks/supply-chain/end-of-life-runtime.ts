import { intersects, validRange } from 'semver';
import type { Observation, RepositoryCheck } from '../check.ts';
import { fail, noSubject, notApplicable, pass, quotes, unknown } from '../observe.ts';
import { newestLine, type Runtime, type Support, supportedLines, supportOf } from './lifecycles.ts';
import { type Declaration, runtimeDeclarations, runtimeGlobs } from './runtime-declarations.ts';

export const endOfLifeRuntime: RepositoryCheck = {
  id: 'end-of-life-runtime',
  title: 'Runtimes are release lines that their makers still support',
  capability: 'repository-files',
  severity: 'high',
  rationale:
    'A runtime past its end of life gets no security fixes. CSF ID.AM-08 asks that software is managed through its life cycle; SSDF PW.4.4 that ' +
    'components are verified to be maintained. Node.js, Python, Go, Java and Ruby are known here, with the dates their makers publish. ' +
    'A matrix fails only if every version in it has ended: testing an old version beside new ones is a courtesy to users.',
  remediation: {
    steps: [
      'Move to a supported release line, a long-term one where there is one.',
      'Note when that line ends, and plan the next move before it.',
    ],
    effort: 'medium',
  },
  controls: { 'nist-csf-2.0': ['ID.AM-08'], 'nist-ssdf-1.1': ['PW.4.4'] },
  evaluate: (input) => {
    const { found, unread } = runtimeDeclarations(input);
    const judged = [...Map.groupBy(found, ({ file }) => file.path).values()].map((declarations) =>
      judge(input.asOf, declarations),
    );
    if (judged.length + unread.length > 0) return [...judged, ...unread];
    return [noSubject(input, 'repository', runtimeGlobs, 'No file that could name a runtime version is listed')].map((none) =>
      // The files are there, but none of them names a version.
      none.citations.some((citation) => citation.kind === 'population' && citation.count > 0)
        ? notApplicable('repository', 'No file names a version of a runtime that is known here', none.citations)
        : none,
    );
  },
};

function judge(asOf: string, declarations: readonly Declaration[]): Observation {
  const resource = declarations[0]?.file.path ?? '';
  const states = declarations.map((declaration) => ({ declaration, support: support(declaration, asOf) }));
  const of = (wanted: readonly Support[]) =>
    states.filter((state) => wanted.includes(state.support)).map(({ declaration }) => declaration);
  const cite = (list: readonly Declaration[]) => (list[0] ? quotes(list[0].file, list) : []);
  const ended = of(['ended']);
  if (ended.length > 0) return fail(resource, 'It asks for a runtime version that its makers no longer support', cite(ended));
  if (of(['unlisted']).length > 0) return unknown(resource, 'It names a version that is newer than the dates known here');
  return pass(resource, 'It asks for runtime versions that their makers support', cite(declarations));
}

/** The best of the alternatives. */
function support({ runtime, versions, range }: Declaration, asOf: string): Support {
  const states = versions.map((version) => (range ? supportOfRange(runtime, version, asOf) : supportOf(runtime, version, asOf)));
  return (['supported', 'moving', 'unlisted'] as const).find((state) => states.includes(state)) ?? 'ended';
}

/** A range has ended when no supported version, and none yet to come, is inside it. */
function supportOfRange(runtime: Runtime, range: string, asOf: string): Support {
  if (validRange(range) === null) return 'moving';
  const open = [...supportedLines(runtime, asOf).map((line) => `${line}.x`), `>${newestLine(runtime)}.x`];
  return open.some((line) => validRange(line) !== null && intersects(range, line)) ? 'supported' : 'ended';
}
