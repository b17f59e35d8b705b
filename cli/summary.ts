import type { Report } from '../lib/contract/report.ts';
import { severities } from '../lib/contract/vocabulary.ts';
import type { ModelUsage } from '../local/assessment.ts';
import { bold, dim, green, red, yellow } from './output.ts';
import { plural } from './quantities.ts';

const SHOWN = 12;

/** What is printed when a run has ended: the score with its interval, the coverage, and the worst findings. */
export function summaryLines(report: Report, color: boolean): string[] {
  const { score, coverage, findings, run, gaps } = report;
  const points = (value: number): string => value.toFixed(1);
  const line =
    score === null
      ? red('No score: nothing could be assessed.', color)
      : `Score ${bold(points(score.value), color)}  ${dim(`between ${points(score.low)} and ${points(score.high)}, as far as controls were not assessed`, color)}`;
  const shown = [...findings].slice(0, SHOWN);
  const left = findings.length - shown.length;
  return [
    '',
    `${bold(run.framework.title, color)}  ${run.outcome === 'complete' ? green(run.outcome, color) : yellow(run.outcome, color)}`,
    line,
    `${coverage.controls} controls: ${coverage.satisfied} satisfied, ${coverage.notSatisfied} not satisfied, ${coverage.notAssessed} not assessed, ${coverage.notApplicable} not applicable`,
    `${findings.length} findings: ${severities.map((severity) => `${findings.filter((one) => one.severity === severity).length} ${severity}`).join(', ')}`,
    ...shown.map(
      ({ severity, title, controlIds }) =>
        `  ${paint(severity, severity.padEnd(8), color)} ${title}  ${dim(controlIds.join(', '), color)}`,
    ),
    ...(left > 0 ? [dim(`  and ${left} more in the report`, color)] : []),
    ...gaps.slice(0, SHOWN).map(({ source, reason }) => `  ${yellow('not seen', color)} ${source}: ${reason}`),
  ];
}

/** What the model was asked, and what that cost where prices are known. */
export function usageLine({ calls, failed, promptTokens, completionTokens, costUsd }: ModelUsage): string {
  const unanswered = failed === 0 ? '' : ` (${failed} without a usable answer)`;
  const cost = costUsd === null ? '' : `, $${costUsd.toFixed(4)}`;
  return `Model: ${plural(calls, 'call')}${unanswered}, ${plural(promptTokens, 'token')} in, ${plural(completionTokens, 'token')} out${cost}`;
}

const paint = (severity: string, text: string, color: boolean): string =>
  severity === 'critical' || severity === 'high' ? red(text, color) : severity === 'medium' ? yellow(text, color) : text;
