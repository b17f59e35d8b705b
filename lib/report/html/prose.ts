import type { Prose } from '../../contract/report.ts';
import { type Piece, piecesOf, type View } from '../view.ts';
import { type Html, html } from './markup.ts';

/** Paragraphs and lists; each sentence that rests on evidence carries its numbers. */
export function proseHtml(view: View, prose: Prose): Html {
  const blocks = blocksOf(piecesOf(prose));
  return html`<div class="prose">${blocks.map((block) => blockHtml(view, block))}${originHtml(prose)}</div>`;
}

const originHtml = ({ origin }: Prose): Html | null =>
  origin === 'check'
    ? null
    : html`<p class="origin">${origin === 'model' ? 'Written by a model; each sentence was verified.' : 'Computed from the figures by a fallback.'}</p>`;

interface Block {
  readonly isList: boolean;
  readonly lines: Piece[][];
}

/** A blank line parts blocks, a line that begins with a dash is an item. */
function blocksOf(pieces: readonly Piece[]): Block[] {
  const blocks: Block[] = [];
  let line: Piece[] = [];
  const endLine = (): void => {
    const [first] = line;
    if (first === undefined) return;
    const isList = first.text.startsWith('- ');
    if (isList) line[0] = { ...first, text: first.text.slice(2) };
    const last = blocks.at(-1);
    if (last !== undefined && isList && last.isList) last.lines.push(line);
    else blocks.push({ isList, lines: [line] });
    line = [];
  };
  for (const piece of pieces) {
    const parts = piece.text.split('\n');
    parts.forEach((text, index) => {
      if (index > 0) endLine();
      const isLast = index === parts.length - 1;
      if (text !== '') line.push({ text, evidenceIds: isLast ? piece.evidenceIds : [] });
    });
  }
  endLine();
  return blocks;
}

function blockHtml(view: View, { isList, lines }: Block): Html {
  if (isList) return html`<ul>${lines.map((line) => html`<li>${line.map((piece) => pieceHtml(view, piece))}</li>`)}</ul>`;
  return html`${lines.map((line) => html`<p>${line.map((piece) => pieceHtml(view, piece))}</p>`)}`;
}

const pieceHtml = (view: View, { text, evidenceIds }: Piece): Html => html`${unbroken(text)}${marks(view, evidenceIds)}`;

/** Control ids such as PR.AA-01 are not broken at their hyphen. */
const unbroken = (text: string): Html[] =>
  text
    .split(/(\b[A-Z][A-Z0-9.]*-\d[\w.]*)/)
    .map((part, index) => (index % 2 === 1 ? html`<span class="whole">${part}</span>` : html`${part}`));

/** Links to the register of evidence. */
export function marks(view: View, evidenceIds: readonly string[]): Html | null {
  const labels = evidenceIds.map(view.labelOf).filter((label) => label !== '');
  if (labels.length === 0) return null;
  return html`<sup class="marks">${labels.map((label, index) => html`${index > 0 ? ' ' : null}<a href="#${label}">${label}</a>`)}</sup>`;
}
