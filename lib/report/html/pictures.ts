/** Small inline pictures. Colours come from the style sheet by class, so that they follow light, dark and print. */
import type { ControlStatus } from '../../contract/vocabulary.ts';
import { type CategoryView, statusNames } from '../view.ts';
import { type Html, html } from './markup.ts';

interface Interval {
  readonly value: number | null;
  readonly low: number;
  readonly high: number;
}

const WIDTH = 640;
const PAD = 12;
const x = (percent: number): number => Math.round((PAD + (percent / 100) * (WIDTH - 2 * PAD)) * 10) / 10;

/** A scale from 0 to 100 with the band in which the score lies, and the value where something was assessed. */
export function intervalPicture({ value, low, high }: Interval): Html {
  const label = `The score lies between ${low} and ${high}; of what was assessed it is ${value ?? 'unknown'}.`;
  const ticks = [0, 25, 50, 75, 100];
  return html`<svg class="interval" viewBox="0 0 ${WIDTH} 104" role="img" aria-label="${label}">
<rect class="track" x="${PAD}" y="40" width="${WIDTH - 2 * PAD}" height="22" rx="11"/>
<rect class="band" x="${x(low)}" y="40" width="${Math.max(4, x(high) - x(low))}" height="22" rx="${Math.min(11, Math.max(2, (x(high) - x(low)) / 2))}"/>
${ticks.map((tick) => html`<line class="tick" x1="${x(tick)}" x2="${x(tick)}" y1="66" y2="72"/><text class="scale" x="${x(tick)}" y="90" text-anchor="${tick === 0 ? 'start' : tick === 100 ? 'end' : 'middle'}">${tick}</text>`)}
<text class="bound" x="${x(low)}" y="29" text-anchor="${low < 6 ? 'start' : 'middle'}">${low}</text>
<text class="bound" x="${x(high)}" y="29" text-anchor="${high > 94 ? 'end' : 'middle'}">${high}</text>
${value === null ? null : html`<line class="value" x1="${x(value)}" x2="${x(value)}" y1="38" y2="66"/><circle class="value" cx="${x(value)}" cy="51" r="6"/>`}
</svg>`;
}

const order: readonly ControlStatus[] = ['satisfied', 'not-satisfied', 'not-assessed', 'not-applicable'];

/** One bar of a category: a cell per control, in the order of the statuses. */
export function statusBar({ counts, controls }: CategoryView): Html {
  const label = order
    .filter((status) => counts[status] > 0)
    .map((status) => `${counts[status]} ${statusNames[status].toLowerCase()}`);
  const total = Math.max(1, controls.length);
  const widthOf = (count: number): number => Math.round((count / total) * 2000) / 10;
  let at = 0;
  const parts = order.map((status) => {
    const width = widthOf(counts[status]);
    const part = width === 0 ? null : html`<rect class="s-${status}" x="${at}" y="0" width="${width}" height="12"/>`;
    at = Math.round((at + width) * 10) / 10;
    return part;
  });
  return html`<svg class="bar" viewBox="0 0 200 12" preserveAspectRatio="none" role="img" aria-label="${label.join(', ')}">${parts}</svg>`;
}

/** The same band as on the cover, small: for a row of a table. */
export function intervalBar(score: Interval | null): Html | null {
  if (score === null) return null;
  const { value, low, high } = score;
  const band = value === null ? 'open' : 'band';
  return html`<svg class="mini" viewBox="0 0 100 12" preserveAspectRatio="none" role="img" aria-label="${low} to ${high}">
<rect class="track" x="0" y="4" width="100" height="4"/><rect class="${band}" x="${low}" y="2" width="${Math.max(1, high - low)}" height="8"/>${
    value === null ? null : html`<rect class="value" x="${Math.min(99, value)}" y="0" width="1.4" height="12"/>`
  }</svg>`;
}
