import type { ReportFinding } from '../../contract/report.ts';
import type { View } from '../view.ts';
import { citationHtml } from './evidence.ts';
import { type Html, html } from './markup.ts';
import { proseHtml } from './prose.ts';

/** Citations shown with a finding; the register holds all. */
const MAX_SHOWN = 6;

export function findingsHtml(view: View): Html {
  const { findings } = view.report;
  if (findings.length === 0) return html`<p class="none">No finding was raised on what was seen.</p>`;
  return html`${overviewHtml(findings)}${findings.map((finding, index) => findingHtml(view, finding, index + 1))}`;
}

const overviewHtml = (findings: readonly ReportFinding[]): Html =>
  html`<table class="overview"><thead><tr><th>No.</th><th>Severity</th><th>Finding</th><th>Controls</th></tr></thead><tbody>${findings.map(
    ({ severity, title, controlIds }, index) =>
      html`<tr><td class="num">${index + 1}</td><td>${severityChip(severity)}</td><td><a href="#finding-${index + 1}">${titleHtml(title)}</a></td><td class="ids">${controlIds.join(', ')}</td></tr>`,
  )}</tbody></table>`;

function findingHtml(view: View, finding: ReportFinding, number: number): Html {
  const { evidenceIds, controlIds, origin, severity, title } = finding;
  const rest = evidenceIds.length - MAX_SHOWN;
  const from = origin.kind === 'check' ? html`check <code>${origin.id}</code>` : html`model ${origin.name}`;
  const rationale = view.report.checks.find(({ id }) => origin.kind === 'check' && id === origin.id)?.rationale;
  return html`<article class="finding f-${severity}" id="finding-${number}">
<header>${severityChip(severity)}<h3><span class="num">${number}</span> ${titleHtml(title)}</h3></header>
<p class="meta">Controls ${controlIds.map((id, index) => html`${index > 0 ? ', ' : null}<a href="#${controlAnchor(view, id)}">${id}</a>`)} · raised by ${from}${seenBefore(view, finding)}</p>
${proseHtml(view, finding.description)}
<div class="cites">${evidenceIds.slice(0, MAX_SHOWN).map((id) => citationHtml(view, id))}${rest > 0 ? html`<p class="more">and ${rest} more in the <a href="#evidence">register of evidence</a></p>` : null}</div>
${rationale === undefined || rationale === '' ? null : html`<p class="why"><b>Why it matters.</b> ${rationale}</p>`}
<p class="todo"><b>What to do.</b> ${finding.recommendation}</p>
</article>`;
}

/** A check's title says what should hold: that it does not is said first, and more quietly. */
function titleHtml(title: string): Html {
  const lead = 'Not met: ';
  return title.startsWith(lead) ? html`<span class="lead">${lead}</span>${title.slice(lead.length)}` : html`${title}`;
}

const seenBefore = ({ report }: View, { firstSeenRunId }: ReportFinding): Html | null =>
  firstSeenRunId === report.run.id ? null : html` · first seen in run <code>${firstSeenRunId.slice(0, 8)}</code>`;

export const severityChip = (severity: string): Html => html`<span class="chip c-${severity}">${severity}</span>`;

/** Ids of controls come from catalogues of any make: the anchor is the control's place. */
export const controlAnchor = ({ report }: View, id: string): string =>
  `control-${report.controls.findIndex((control) => control.id === id) + 1}`;
