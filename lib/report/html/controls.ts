import type { ReportControl } from '../../contract/report.ts';
import { type CategoryView, statusNames, type View } from '../view.ts';
import { controlAnchor } from './findings.ts';
import { type Html, html } from './markup.ts';
import { intervalBar, statusBar } from './pictures.ts';
import { marks } from './prose.ts';

/** Coverage and interval by category, on one page. */
export function coverageHtml(view: View): Html {
  return html`<ul class="legend">${(['satisfied', 'not-satisfied', 'not-assessed', 'not-applicable'] as const).map(
    (status) =>
      html`<li><svg viewBox="0 0 12 12" aria-hidden="true"><rect class="s-${status}" width="12" height="12" rx="2"/></svg>${statusNames[status]}</li>`,
  )}</ul>
<table class="coverage"><thead><tr><th>Category</th><th>Controls</th><th class="wide">Score, and what ignorance leaves open</th></tr></thead><tbody>${view.categories.map(
    (category, index) =>
      html`<tr><td><a href="#category-${index + 1}"><span class="id">${category.id}</span> ${category.title}</a></td><td class="pic">${statusBar(category)}<span class="small">${assessedText(category)}</span></td><td class="wide pic">${intervalBar(category.score)}<span class="small">${intervalText(category)}</span></td></tr>`,
  )}</tbody></table>`;
}

function assessedText({ counts, controls }: CategoryView): string {
  const applicable = controls.length - counts['not-applicable'];
  const assessed = counts.satisfied + counts['not-satisfied'];
  return applicable === 0 ? 'none applies' : `${assessed} of ${applicable} assessed`;
}

function intervalText({ score }: CategoryView): string {
  if (score === null) return 'does not apply';
  const { value, low, high } = score;
  return value === null ? `${low} to ${high}` : `${value}, from ${low} to ${high}`;
}

export function controlsHtml(view: View): Html {
  return html`${view.categories.map(
    (
      category,
      index,
    ) => html`<section class="category" id="category-${index + 1}"><h3><span class="id">${category.id}</span> ${category.title}</h3>
<table class="controls"><thead><tr><th>Control</th><th>Status</th><th>Why</th></tr></thead><tbody>${category.controls.map((control) => controlHtml(view, control))}</tbody></table></section>`,
  )}`;
}

function controlHtml(view: View, control: ReportControl): Html {
  return html`<tr id="${controlAnchor(view, control.id)}"><td><span class="id">${control.id}</span><span class="title">${control.title}</span></td><td>${statusHtml(control)}</td><td>${control.reason}${basisHtml(view, control)}</td></tr>`;
}

const statusHtml = ({ status, basis }: ReportControl): Html =>
  html`<span class="status t-${status}">${statusNames[status]}</span>${basis === null ? null : html`<span class="basis">by ${basis === 'person' ? 'a person' : `a ${basis}`}</span>`}`;

/** What the verdict rests on: checks, findings, and a proposal with what became of it. */
function basisHtml(view: View, { checks, findings, proposal, decision }: ReportControl): Html | null {
  const shown = checks.map(
    ({ id, result, source }) => html`<li><span class="result r-${result}">${result}</span> <code>${id}</code> on ${source}</li>`,
  );
  const found = findings.map(
    (id) => html`<li>finding <a href="#finding-${view.findingNumber(id)}">${view.findingNumber(id)}</a></li>`,
  );
  const proposed =
    proposal === undefined
      ? null
      : html`<li>proposed ${statusNames[proposal.status].toLowerCase()}: ${proposal.reason}${marks(view, proposal.evidenceIds)}</li>`;
  const decided =
    decision === undefined
      ? null
      : html`<li>${decision.decision}ed by a person (${decision.by.slice(0, 8)}) on ${decision.at.slice(0, 10)}</li>`;
  if (shown.length + found.length === 0 && proposed === null) return null;
  return html`<ul class="basis-list">${shown}${found}${proposed}${decided}</ul>`;
}
