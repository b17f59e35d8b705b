/** The plain tables: what to do, what was seen and not seen, which calls were made, how to check all of it. */
import type { ReportToolCall } from '../../contract/report.ts';
import { bundleCare, kmsKeyCommand, verifyCommand, whereTheKeyIs } from '../how-to-verify.ts';
import { placeOf, shortHash, timeText, type View } from '../view.ts';
import { type Html, html } from './markup.ts';

/** Calls that are listed one by one; report.json and the ledger hold them all. */
const MAX_CALLS = 400;

export function remediationHtml(view: View): Html {
  const { remediation } = view.report;
  if (remediation.length === 0) return html`<p class="none">Nothing was found that has to be mended.</p>`;
  return html`<ol class="plan">${remediation.map(
    ({ title, steps, effort, findingIds }) =>
      html`<li><h3>${title}</h3><p class="meta">${effort} effort · finding ${findingIds.map((id, index) => html`${index > 0 ? ', ' : null}<a href="#finding-${view.findingNumber(id)}">${view.findingNumber(id)}</a>`)}</p><ul>${steps.map((step) => html`<li>${step}</li>`)}</ul></li>`,
  )}</ol>`;
}

export function sightHtml({ report }: View): Html {
  const { population, gaps, degraded, withheld } = report;
  return html`<h3>What was listed</h3>${rows(
    ['Source', 'What', 'Count', 'Complete', 'Note'],
    population.map(({ source, what, count, complete, note }) => [source, what, count, complete ? 'yes' : 'no', note ?? '']),
    'Nothing was listed.',
  )}
<h3>Gaps: what could not be seen</h3>${rows(
    ['Source', 'Step', 'Reason', 'Controls'],
    gaps.map(({ source, step, reason, controls }) => [source, step, reason, controls.join(', ')]),
    'No planned source stayed unseen.',
  )}
<h3>Degraded: what a fallback wrote</h3>${rows(
    ['Step', 'Reason'],
    degraded.map(({ step, reason }) => [step, reason]),
    'Every step went as planned.',
  )}
<h3>Withheld: what could not be verified</h3>${rows(
    ['Statement', 'Reason'],
    withheld.map(({ claim, reason }) => [claim, reason]),
    'Nothing had to be withheld.',
  )}`;
}

export function comparisonHtml({ report }: View): Html | null {
  const { comparison } = report;
  if (comparison === null) return null;
  const counts = [
    ['New', comparison.new.length],
    ['Resolved', comparison.resolved.length],
    ['Persisting', comparison.persisting.length],
    ['Regressed', comparison.regressed.length],
  ] as const;
  return html`<p>Compared with run <code>${comparison.previousRunId}</code>.</p><dl class="tiles">${counts.map(([name, count]) => html`<div><dt>${name}</dt><dd>${count}</dd></div>`)}</dl>`;
}

export function callsHtml(view: View): Html {
  const { toolCalls, evidence } = view.report;
  const cited = new Set(evidence.flatMap((item) => (item.kind === 'excerpt' ? [item.toolCallId] : item.toolCallIds)));
  const listed = toolCalls.filter(({ id, status }) => cited.has(id) || status !== 'ok').slice(0, MAX_CALLS);
  const kinds = [...Map.groupBy(toolCalls, ({ server, tool }) => `${tool} on ${server.name} ${server.version}`)];
  const summary = kinds.map(([kind, calls]) => [kind, calls.length, calls.filter(({ status }) => status !== 'ok').length]);
  return html`<h3>All calls</h3>${rows(['Tool', 'Calls', 'Failed'], summary, 'No call was made.')}
<h3>Calls that are cited, or that failed</h3>${rows(
    ['Call', 'Argument', 'Result', 'Bytes', 'At', 'ms'],
    listed.map((call) => callRow(view, call)),
    'None.',
  )}
${toolCalls.length > listed.length ? html`<p class="more">${toolCalls.length - listed.length} further calls are in report.json and in the ledger of the bundle.</p>` : null}`;
}

const callRow = (view: View, call: ReportToolCall): (string | number | Html)[] => [
  call.tool,
  placeOf(view, call),
  call.status === 'ok'
    ? html`<code>${shortHash(call.resultSha256 ?? '')}</code>`
    : html`${call.status}${call.error === null ? null : `: ${call.error}`}`,
  call.blobs.reduce((sum, { bytes }) => sum + bytes, 0),
  timeText(call.startedAt).slice(11, 19),
  call.durationMs ?? '',
];

export function verifyHtml({ report }: View): Html {
  const { seal, run } = report;
  return html`<p>This page shows <code>report.json</code>, which is sealed. The bundle <code>bundle.zip</code> beside it holds the report, the ledger of all calls, and the bytes of every cited result. From these alone everything can be checked again, offline, from a checkout of Assay:</p>
<pre class="command">${verifyCommand}</pre>
<p>It recomputes the seal and names any change, deletion, insertion or reordering; finds every quotation at its bytes; counts every population again; looks for sentences without ground; and derives verdicts, score and figures from the checks. Without a key it says that integrity is proven and the signer is not.</p>
<p>${whereTheKeyIs}</p>
<pre class="command">${kmsKeyCommand}</pre>
<p>${bundleCare}</p>
<dl class="facts"><dt>Run</dt><dd><code>${run.id}</code></dd><dt>Seal</dt><dd>Merkle tree (RFC 6962) over ${seal.leaves} leaves in canonical JSON (RFC 8785)</dd><dt>Root</dt><dd><code>${seal.root}</code></dd>
<dt>Signature</dt><dd>${seal.signature === undefined ? 'none' : html`<code>${seal.signature}</code>`}</dd><dt>Key</dt><dd>${seal.keyId === undefined ? 'none' : html`<code>${seal.keyId}</code>`}</dd></dl>`;
}

type Cell = string | number | Html;

function rows(heads: readonly string[], cells: readonly (readonly Cell[])[], none: string): Html {
  if (cells.length === 0) return html`<p class="none">${none}</p>`;
  return html`<div class="scroll"><table class="plain"><thead><tr>${heads.map((head) => html`<th>${head}</th>`)}</tr></thead><tbody>${cells.map(
    (row) => html`<tr>${row.map((cell) => html`<td${typeof cell === 'number' ? html` class="num"` : null}>${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}
