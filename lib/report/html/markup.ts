/** Markup that cannot be forgotten to escape: whatever goes into a template is text, unless it is markup already. */

export interface Html {
  readonly markup: string;
}

type Value = string | number | Html | null | readonly Value[];

/** `html\`<p>${text}</p>\``: text is escaped, markup and lists of it are taken as they are, null is nothing. */
export const html = (strings: TemplateStringsArray, ...values: readonly Value[]): Html => ({
  markup: strings.map((string, index) => `${string}${rendered(values[index] ?? null)}`).join(''),
});

/** For constants of ours alone. */
export const trusted = (markup: string): Html => ({ markup });

function rendered(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escaped(value);
  return 'markup' in value ? value.markup : value.map(rendered).join('');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escaped = (text: string): string => visible(text).replace(/[&<>"']/g, (character) => entities[character] ?? '');

/**
 * Characters that are not seen but change how text is read (controls, zero widths, and the bidirectional overrides that make a
 * quote look like another) are written out.
 */
export const visible = (text: string): string =>
  text.replace(
    /[^\P{C}\n\t]|\u2028|\u2029/gu,
    (character) => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
  );
