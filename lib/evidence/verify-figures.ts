/** Do the verdicts follow from the checks, the score from the verdicts, and do all references lead somewhere? */
import type { Report, ReportControl } from '../contract/report.ts';
import { coverageOf, scoreOf } from '../domain/score.ts';
import { controlVerdict, foldOutcomes } from '../domain/verdict.ts';
import { countsOf } from '../report/counts.ts';
import { canonicalJson } from './canonical.ts';
import type { Problem } from './problem.ts';

export function figureProblems(report: Report): Problem[] {
  const problems: Problem[] = [];
  const expect = (where: string, printed: unknown, computed: unknown): void => {
    if (canonicalJson(printed) === canonicalJson(computed)) return;
    const message = `It says ${canonicalJson(printed).slice(0, 120)}, but its inputs give ${canonicalJson(computed).slice(0, 120)}.`;
    problems.push({ kind: 'figure', where: `report.json ${where}`, message });
  };
  const categories = [
    ...new Map(report.controls.map((one) => [one.category, { id: one.category, title: one.categoryTitle }])).values(),
  ];
  expect('/score', report.score, scoreOf(report.controls, categories));
  expect('/coverage', report.coverage, coverageOf(report.controls));
  expect('/counts', report.counts, countsOf(report));
  report.checks.forEach((check, index) => {
    const folded = foldOutcomes(check.observations.map(({ result }) => result));
    expect(`/checks/${index}/result`, check.result, folded ?? (check.result === 'not-applicable' ? check.result : 'unknown'));
  });
  report.controls.forEach((control, index) => {
    const { status, basis } = verdictOf(report, control);
    expect(`/controls/${index} (${control.id})`, { status: control.status, basis: control.basis }, { status, basis });
  });
  return [...problems, ...referenceProblems(report)];
}

function verdictOf(report: Report, control: ReportControl) {
  const raised = report.findings.filter(({ controlIds, origin }) => origin.kind === 'model' && controlIds.includes(control.id));
  return controlVerdict({
    checks: control.checks,
    modelFails: raised.map(({ title }) => ({ reason: title })),
    proposal: control.proposal ?? null,
    decision: control.decision ?? null,
    unseen: control.reason,
  });
}

function referenceProblems(report: Report): Problem[] {
  const problems: Problem[] = [];
  const wrong = (where: string, message: string): number =>
    problems.push({ kind: 'figure', where: `report.json ${where}`, message });
  const evidence = new Set(report.evidence.map(({ id }) => id));
  const findings = new Set(report.findings.map(({ id }) => id));
  const controls = new Set(report.controls.map(({ id }) => id));
  const checks = new Set(report.checks.map(({ id, source, result }) => JSON.stringify([id, source, result])));
  const known = (where: string, ids: readonly string[], all: ReadonlySet<string>, what: string): void => {
    for (const id of ids) if (!all.has(id)) wrong(where, `It refers to the ${what} ${id}, which is not in the report.`);
  };
  report.checks.forEach(({ observations }, index) => {
    for (const { result, evidenceIds, resource } of observations) {
      known(`/checks/${index}`, evidenceIds, evidence, 'evidence');
      const isVerdict = result === 'pass' || result === 'fail';
      if (isVerdict && evidenceIds.length === 0) wrong(`/checks/${index}`, `Its verdict on ${resource} has no evidence.`);
    }
  });
  report.findings.forEach((finding, index) => {
    known(`/findings/${index}`, finding.evidenceIds, evidence, 'evidence');
    known(`/findings/${index}`, finding.controlIds, controls, 'control');
  });
  report.controls.forEach((control, index) => {
    known(`/controls/${index}`, control.findings, findings, 'finding');
    known(`/controls/${index}`, control.proposal?.evidenceIds ?? [], evidence, 'evidence');
    for (const { id, source, result } of control.checks) {
      if (!checks.has(JSON.stringify([id, source, result])))
        wrong(`/controls/${index}`, `Its check ${id} has another result, or none, under /checks.`);
    }
  });
  report.remediation.forEach((item, index) => {
    known(`/remediation/${index}`, item.findingIds, findings, 'finding');
  });
  return problems;
}
