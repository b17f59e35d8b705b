/** A citation as a reader checks it: the quote, and exactly where it stands. */
import type { EvidenceItem } from '../../contract/report.ts';
import { predicateText } from '../predicate.ts';
import { placeOf, shortHash, timeText, type View } from '../view.ts';
import { type Html, html } from './markup.ts';

/** In a finding, where the register says the rest. */
export function citationHtml(view: View, evidenceId: string): Html | null {
  const item = view.evidenceOf(evidenceId);
  if (item === undefined) return null;
  const label = view.labelOf(evidenceId);
  const mark = html`<a class="label" href="#${label}">${label}</a>`;
  if (item.kind === 'population') {
    const { head, globs } = statementParts(item);
    return html`<figure class="cite"><figcaption>${mark}<b>${head}</b><span>counted over ${listings(item)}</span></figcaption>${globs === '' ? null : html`<pre class="globs">${globs}</pre>`}</figure>`;
  }
  const { start, end, blobSha256 } = item;
  return html`<figure class="cite"><figcaption>${mark}<b>${placeOf(view, view.callOf(item.toolCallId))}</b><span>bytes ${start}–${end} of <code>${shortHash(blobSha256)}</code></span></figcaption><pre>${item.quote}</pre></figure>`;
}

/** Every piece of evidence, with what a verifier needs to find it. */
export function registerHtml(view: View): Html {
  return html`<ol class="register">${view.report.evidence.map((item) => entryHtml(view, item))}</ol>`;
}

function entryHtml(view: View, item: EvidenceItem): Html {
  const label = view.labelOf(item.id);
  return html`<li id="${label}"><div class="head"><span class="label">${label}</span>${item.kind === 'excerpt' ? excerptHtml(view, item) : populationHtml(view, item)}</div></li>`;
}

function excerptHtml(view: View, item: Extract<EvidenceItem, { kind: 'excerpt' }>): Html {
  const call = view.callOf(item.toolCallId);
  return html`<div><b>${placeOf(view, call)}</b>
<dl class="facts"><dt>Bytes</dt><dd>${item.start}–${item.end}${item.state === 'repaired' ? ' (offsets repaired)' : null}</dd>
<dt>SHA-256</dt><dd><code>${item.blobSha256}</code></dd>
<dt>Call</dt><dd>${call?.tool ?? ''} on ${call?.server.name ?? ''} ${call?.server.version ?? ''}, ${timeText(item.collectedAt)}, ${call?.reperformable === 'pinned' ? 're-performable' : 'point in time'}</dd></dl>
<pre>${item.quote}</pre></div>`;
}

function populationHtml(view: View, item: Extract<EvidenceItem, { kind: 'population' }>): Html {
  const call = view.callOf(item.toolCallIds[0] ?? '');
  const { head, globs } = statementParts(item);
  return html`<div><b>${head}</b>${globs === '' ? null : html`<pre class="globs">${globs}</pre>`}
<dl class="facts"><dt>Predicate</dt><dd>${globs === '' ? html`<code>${predicateText(item.predicate)}</code>` : html`<code>${item.predicate.name}</code>`} selects ${item.count}</dd>
<dt>Counted over</dt><dd>${listings(item)}, the first of them ${placeOf(view, call)}, blob <code>${shortHash(item.blobSha256s[0] ?? '')}</code></dd>
<dt>Collected</dt><dd>${timeText(item.collectedAt)}</dd></dl></div>`;
}

/** A statement that ends in its own globs is easier to read with these apart. */
function statementParts(item: Extract<EvidenceItem, { kind: 'population' }>): { head: string; globs: string } {
  const { statement, predicate } = item;
  const globs = 'globs' in predicate.args ? predicate.args.globs.join(', ') : '';
  return globs !== '' && statement.endsWith(globs)
    ? { head: statement.slice(0, -globs.length).trim(), globs }
    : { head: statement, globs: '' };
}

const listings = ({ toolCallIds }: Extract<EvidenceItem, { kind: 'population' }>): string =>
  toolCallIds.length === 1 ? '1 listing' : `${toolCallIds.length} listings`;
