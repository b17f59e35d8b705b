import type { Report } from '../../contract/report.ts';
import { timeText, type View } from '../view.ts';
import { type Html, html } from './markup.ts';
import { intervalPicture } from './pictures.ts';
import { proseHtml } from './prose.ts';

const outcomes: Readonly<Record<Report['run']['outcome'], string>> = {
  complete: 'Complete: every planned source was seen',
  partial: 'Partial: something planned could not be seen',
  cancelled: 'Cancelled: holds what had been collected',
  failed: 'Failed: no source gave an answer',
};

export function coverHtml(view: View): Html {
  const { run, coverage, population } = view.report;
  const sources = [...new Set(population.map(({ source }) => source))];
  return html`<header class="cover" id="top">
<p class="kicker">Assay · compliance assessment</p>
<h1>${run.framework.title}</h1>
<p class="of">${sources.length === 0 ? 'No source could be listed' : sources.join(' · ')}</p>
<p class="stamp"><span class="outcome o-${run.outcome}">${outcomes[run.outcome]}</span> <span>${timeText(run.startedAt)} – ${timeText(run.endedAt).slice(11)}</span> <span>${run.mode === 'checks' ? 'by checks, without a model' : `by checks and the model ${run.model ?? ''}`}</span></p>
${scoreHtml(view.report)}
<dl class="tiles">${tile('Satisfied', coverage.satisfied, 'satisfied')}${tile('Not satisfied', coverage.notSatisfied, 'not-satisfied')}${tile('Not assessed', coverage.notAssessed, 'not-assessed')}${tile('Not applicable', coverage.notApplicable, 'not-applicable')}</dl>
<section id="summary" class="summary"><h2>Summary</h2>${proseHtml(view, view.report.summary)}</section>
</header>`;
}

/** Never the value without its interval. */
function scoreHtml({ score, coverage, counts }: Report): Html {
  if (score === null) {
    return html`<div class="score"><p class="big">No score</p><p class="between">Nothing could be assessed: that is neither a good result nor a bad one.</p></div>`;
  }
  const assessed = coverage.satisfied + coverage.notSatisfied;
  return html`<div class="score"><div class="numbers"><p class="big">${score.low}<span class="to"> to </span>${score.high}</p><p class="between">Score, of 100. It is <b>${score.value}</b> on the ${assessed} controls that were assessed (${counts.coveragePercent} % of those that apply); the interval is what the others leave open.</p></div>${intervalPicture(score)}</div>`;
}

const tile = (name: string, count: number, status: string): Html =>
  html`<div class="tile k-${status}"><dt>${name}</dt><dd>${count}</dd></div>`;
