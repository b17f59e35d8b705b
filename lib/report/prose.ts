/** The report's words when no model writes them: each sentence is computed from the report's own figures, or cites evidence. */
import type { Prose, ReportFacts } from '../contract/report.ts';
import type { SectionId } from '../contract/run-state.ts';
import { type Composer, composer, type Figure } from './compose.ts';

export const sectionTitles: Readonly<Record<SectionId, string>> = {
  'scope-and-method': 'Scope and method',
  strengths: 'Strengths',
  weaknesses: 'Weaknesses',
  'blind-spots': 'Blind spots',
};
export const sectionIds = Object.keys(sectionTitles).filter((id): id is SectionId => id in sectionTitles);

/** Items of a list: what comes after them is in the tables. A dozen: sentences below say so in words. */
const MAX_ITEMS = 12;

type Origin = Prose['origin'];

export function writeSection(id: SectionId, report: ReportFacts, origin: Origin = 'check'): Prose {
  const prose = composer(report);
  writers[id](prose, report);
  return prose.build(origin);
}

export function writeSummary(report: ReportFacts, origin: Origin = 'check'): Prose {
  const prose = composer(report);
  sayState(prose, report);
  prose.paragraph();
  summariseFindings(prose, report);
  summariseSight(prose, report);
  return prose.build(origin);
}

/** A model's summary behind the figures that no summary may leave out: what is satisfied and what is not, and the score with its interval. */
export function behindState(report: ReportFacts, written: Prose): Prose {
  const prose = composer(report);
  sayState(prose, report);
  return behind(prose.build('model'), written);
}

/**
 * A model's words after ours, and said to be its words. That all is well is a sentence which names nothing that code could miss in its
 * citation: nobody reads it before what was computed.
 */
export function behind(computed: Prose, written: Prose): Prose {
  const lead = 'A model adds, as far as its sentences hold:';
  const start = Buffer.byteLength(`${computed.text}\n\n`);
  const end = start + Buffer.byteLength(lead);
  const claims = written.claims.map((claim) => ({ ...claim, start: claim.start + end + 1, end: claim.end + end + 1 }));
  return {
    text: `${computed.text}\n\n${lead} ${written.text}`,
    origin: 'model',
    claims: [...computed.claims, { start, end, computed: ['/run/mode'] }, ...claims],
  };
}

function sayState({ say, count }: Composer, report: ReportFacts): void {
  say`Of ${count('/coverage/controls', 'control')} of ${'/run/framework/title'}, ${count('/coverage/satisfied', 'is satisfied', 'are satisfied')}, ${count('/coverage/notSatisfied', 'is not', 'are not')}, ${count('/coverage/notAssessed', 'was not assessed', 'were not assessed')} and ${count('/coverage/notApplicable', 'does not apply', 'do not apply')}.`;
  if (report.score === null) {
    say`Nothing could be assessed, so there is no score (${'/coverage/satisfied'} satisfied, ${'/coverage/notSatisfied'} not satisfied).`;
  } else {
    say`Of what was assessed the score is ${'/score/value'}; with everything that was not assessed it lies between ${'/score/low'} and ${'/score/high'}.`;
  }
}

function summariseFindings(prose: Composer, { findings }: ReportFacts): void {
  const { say, count } = prose;
  if (findings.length === 0) {
    say`No check failed on what was seen (${count('/counts/findings', 'finding')}).`;
    return;
  }
  say`${prose.given('/counts/findings', findings.length === 1 ? 'There is' : 'There are')} ${count('/counts/findings', 'finding')}: ${'/counts/critical'} critical, ${'/counts/high'} high, ${'/counts/medium'} medium and ${'/counts/low'} low.`;
  say`The most severe is “${'/findings/0/title'}” (${'/findings/0/severity'}).`;
}

function summariseSight({ say, count }: Composer, { run, gaps, degraded, withheld }: ReportFacts): void {
  if (run.outcome === 'cancelled') say`The run was ${'/run/outcome'}; the report holds what had been collected by then.`;
  if (run.outcome === 'failed') say`The run ${'/run/outcome'}: no source gave an answer.`;
  if (gaps.length > 0) say`${count('/gaps', 'gap')} in what could be seen ${plural(gaps, 'is', 'are')} listed with the reason.`;
  if (degraded.length > 0)
    say`${count('/degraded', 'step')} did not go as planned and ${plural(degraded, 'is', 'are')} marked as degraded.`;
  if (withheld.length > 0)
    say`${count('/withheld', 'statement')} could not be verified and ${plural(withheld, 'was', 'were')} withheld.`;
}

const plural = (list: readonly unknown[], one: string, many: string): Figure => ({
  text: list.length === 1 ? one : many,
  pointers: [],
});

const writers: Readonly<Record<SectionId, (prose: Composer, report: ReportFacts) => void>> = {
  'scope-and-method': writeScope,
  strengths: writeStrengths,
  weaknesses: writeWeaknesses,
  'blind-spots': writeBlindSpots,
};

function writeScope(prose: Composer, { population, run }: ReportFacts): void {
  const { say, count } = prose;
  const { title, version } = run.framework;
  const edition: Figure = title.endsWith(version)
    ? { text: '', pointers: [] }
    : { text: `, version ${version}`, pointers: ['/run/framework/version'] };
  say`This report measures the connected sources against ${'/run/framework/title'}${edition}, as they were from ${'/run/startedAt'} to ${'/run/endedAt'}.`;
  say`It rests on ${count('/counts/toolCalls', 'recorded call')} to those sources, of which ${'/counts/toolCallsFailed'} failed.`;
  if (population.length > 0) prose.paragraph();
  population.forEach(({ complete }, index) => {
    const at = `/population/${index}`;
    const extent = prose.given(`${at}/complete`, complete ? 'completely' : 'incompletely');
    prose.item();
    say`From ${`${at}/source`}: ${`${at}/count`} ${`${at}/what`}, listed ${extent}.`;
  });
  prose.paragraph();
  say`${count('/counts/checks', 'check')} ran: ${'/counts/checksPassed'} passed, ${'/counts/checksFailed'} failed, ${'/counts/checksUnknown'} could not be decided and ${'/counts/checksNotApplicable'} had nothing to look at.`;
  const mode = (text: string): Figure => prose.given('/run/mode', text);
  if (run.mode === 'checks') say`${mode('No model took part: every verdict is that of a check, or of a person.')}`;
  else say`${mode('A model widened what was looked at; only a check or a person declared a control satisfied.')}`;
  say`${mode('Each citation is a range of bytes that a source returned, or a count over what a source listed; both were verified against the recorded bytes when this report was sealed.')}`;
  say`${prose.given('/coverage/notAssessed', 'What could not be seen is not assessed: it is neither a pass nor a fail, and it widens the interval of the score.')}`;
}

function writeStrengths(prose: Composer, report: ReportFacts): void {
  const { say, count } = prose;
  if (report.coverage.satisfied === 0) {
    say`No control was found to be satisfied (${'/coverage/satisfied'} of ${'/coverage/controls'}).`;
    return;
  }
  say`${count('/coverage/satisfied', 'control is', 'controls are')} satisfied on the evidence below.`;
  prose.paragraph();
  const supporting = supportingChecks(report);
  for (const { index, evidenceIds, controls } of supporting.slice(0, MAX_ITEMS)) {
    const ids = {
      text: controls.map((at) => report.controls[at]?.id ?? '').join(', '),
      pointers: controls.map((at) => `/controls/${at}/id`),
    };
    prose.item();
    prose.cite(evidenceIds)`“${`/checks/${index}/title`}” holds in ${`/checks/${index}/source`} and supports ${ids}.`;
  }
  if (supporting.length > MAX_ITEMS) {
    prose.paragraph();
    say`Listed are the first dozen of the ${'/counts/checksPassed'} checks that passed, those that support most controls first; the evidence of the others is in the register of evidence.`;
  }
  report.controls.forEach(({ basis, status, proposal }, at) => {
    if (basis !== 'person' || status !== 'satisfied') return;
    prose.item();
    prose.cite(proposal?.evidenceIds ?? [])`A person accepted ${`/controls/${at}/id`} as satisfied on the proposed evidence.`;
  });
}

/** Passing checks that carry a satisfied control, most controls first. */
function supportingChecks(report: ReportFacts): { index: number; evidenceIds: string[]; controls: number[] }[] {
  return report.checks
    .map((check, index) => ({
      index,
      evidenceIds: [
        ...new Set(check.observations.filter((one) => one.result === 'pass').flatMap((one) => one.evidenceIds)),
      ].slice(0, 5),
      controls: report.controls.flatMap((control, at) =>
        control.status === 'satisfied' &&
        control.checks.some(({ id, source, result }) => id === check.id && source === check.source && result === 'pass')
          ? [at]
          : [],
      ),
    }))
    .filter(({ evidenceIds, controls }) => evidenceIds.length > 0 && controls.length > 0)
    .sort((a, b) => b.controls.length - a.controls.length || a.index - b.index);
}

function writeWeaknesses(prose: Composer, { findings, coverage }: ReportFacts): void {
  const { say, count } = prose;
  if (findings.length === 0) {
    say`No finding was raised on what was seen, and ${'/coverage/notSatisfied'} of ${'/coverage/controls'} controls are not satisfied.`;
    return;
  }
  say`${count('/counts/findings', 'finding keeps', 'findings keep')} ${count('/coverage/notSatisfied', 'control')} from being satisfied, the most severe first.`;
  if (coverage.notSatisfied > 0) prose.paragraph();
  findings.slice(0, MAX_ITEMS).forEach(({ evidenceIds }, index) => {
    const at = `/findings/${index}`;
    prose.item();
    prose.cite(evidenceIds.slice(0, 5))`${`${at}/title`} (${`${at}/severity`}; ${`${at}/controlIds`}).`;
  });
  if (findings.length <= MAX_ITEMS) return;
  prose.paragraph();
  say`All ${'/counts/findings'} are described in full under findings.`;
}

function writeBlindSpots(prose: Composer, { coverage, gaps, degraded, withheld, population }: ReportFacts): void {
  const { say, count } = prose;
  say`${count('/coverage/notAssessed', 'control')} of ${'/coverage/controls'} ${prose.given('/coverage/notAssessed', coverage.notAssessed === 1 ? 'was' : 'were')} not assessed; for ${'/counts/controlsWithoutCheck'} no check gave any answer.`;
  if (gaps.length > 0) prose.paragraph();
  gaps.slice(0, MAX_ITEMS).forEach((_, index) => {
    prose.item();
    say`Not seen, ${`/gaps/${index}/source`} (${`/gaps/${index}/step`}): ${`/gaps/${index}/reason`}`;
  });
  if (gaps.length > MAX_ITEMS) {
    prose.item();
    say`These are the first dozen of ${count('/gaps', 'gap')}; all are listed under what was and was not seen.`;
  }
  const incomplete = population.flatMap(({ complete }, index) => (complete ? [] : [index]));
  for (const index of incomplete) {
    prose.item();
    say`Incomplete, ${`/population/${index}/source`}: at least ${`/population/${index}/count`} ${`/population/${index}/what`}.`;
  }
  degraded.slice(0, MAX_ITEMS).forEach((_, index) => {
    prose.item();
    say`Degraded, ${`/degraded/${index}/step`}: ${`/degraded/${index}/reason`}`;
  });
  if (degraded.length > MAX_ITEMS) {
    prose.item();
    say`These are the first dozen of ${count('/degraded', 'degraded step')}; all are listed under what was and was not seen.`;
  }
  prose.paragraph();
  if (withheld.length > 0)
    say`${count('/withheld', 'statement')} could not be verified and ${plural(withheld, 'is', 'are')} listed as withheld.`;
  if (gaps.length === 0 && incomplete.length === 0) say`Every planned source was seen completely (${'/counts/gaps'} gaps).`;
}
