/** The remediation agent: what to do about the findings, those with one cause together. Assembly keeps the words that hold, and orders by urgency. */
import type { Remediation, ReportFacts } from '../../contract/report.ts';
import { nameUuid } from '../../domain/name-uuid.ts';
import type { CheckInfo } from '../../report/run-data.ts';
import { clipped, oneLine } from '../../report/text.ts';
import type { Model } from '../model.ts';
import { asked, shortened } from '../prompt.ts';
import { type RemediationDocument, remediationAnswer } from './answer.ts';

const MAX_FINDINGS = 40;
const MAX_STEPS = 12;
const STEP_CHARS = 400;
const TITLE_CHARS = 160;

const role = [
  'You plan what to do about findings, most urgent first. Put findings with one cause into one item.',
  'Steps are short, in the imperative, and name only what stands in the document.',
].join(' ');

/** @throws what `model.ask` throws */
export async function planWithModel(
  model: Model,
  runId: string,
  report: Pick<ReportFacts, 'findings' | 'evidence'>,
  checks: readonly CheckInfo[],
): Promise<Remediation[]> {
  const findings = report.findings.slice(0, MAX_FINDINGS);
  if (findings.length === 0) return [];
  const messages = asked(role, documentOf(report, checks));
  const answer = await model.ask({ kind: 'remediation', name: 'remediation', schema: remediationAnswer, messages });
  const ids = new Map(findings.map(({ id }, index) => [`F${index + 1}`, id]));
  return answer.items.flatMap(({ findings: labels, title, steps, effort }, index): Remediation[] => {
    const findingIds = [...new Set(labels.flatMap((label) => ids.get(label) ?? []))];
    if (findingIds.length === 0) return [];
    return [
      {
        id: nameUuid(runId, 'remediation', ...findingIds),
        findingIds,
        title: clipped(oneLine(title), TITLE_CHARS),
        steps: steps.slice(0, MAX_STEPS).map((step) => clipped(oneLine(step), STEP_CHARS)),
        effort,
        priority: index + 1,
      },
    ];
  });
}

function documentOf(
  { findings, evidence }: Pick<ReportFacts, 'findings' | 'evidence'>,
  checks: readonly CheckInfo[],
): RemediationDocument {
  const items = new Map(evidence.map((item) => [item.id, item]));
  const steps = new Map(checks.map(({ id, remediation }) => [id, remediation.steps]));
  return {
    findings: findings
      .slice(0, MAX_FINDINGS)
      .map(({ title, severity, controlIds, description, recommendation, evidenceIds, origin }, index) => ({
        ...{ id: `F${index + 1}`, title, severity, controls: controlIds },
        description: shortened(description.text, 1_200),
        recommended: (origin.kind === 'check' ? steps.get(origin.id) : undefined) ?? [recommendation],
        evidence: evidenceIds.slice(0, 3).flatMap((id) => {
          const item = items.get(id);
          return item === undefined ? [] : [shortened(item.kind === 'excerpt' ? item.quote : item.statement, 400)];
        }),
      })),
  };
}
