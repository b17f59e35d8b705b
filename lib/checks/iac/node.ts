/** The values of a declared resource, whatever language declared it; every node knows its place in the file's text. */

/** UTF-16 indexes into the file's text, `end` exclusive. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

export type Scalar = string | number | boolean | null;

/**
 * `unresolved` is what only a plan or a deployment settles: a reference, a function call, a parameter, a template with
 * interpolations. `source` is the template's text where `template`, else the expression as written.
 */
export type Node = Place &
  (
    | { readonly kind: 'map'; readonly members: ReadonlyMap<string, Member> }
    | { readonly kind: 'list'; readonly items: readonly Node[] }
    | { readonly kind: 'scalar'; readonly value: Scalar }
    | { readonly kind: 'unresolved'; readonly source: string; readonly template: boolean }
  );

export type MapNode = Extract<Node, { kind: 'map' }>;

/** From the start of the key (or of the first block of that name) to the end of the value. */
export interface Member extends Place {
  readonly value: Node;
}

/** The member at a path of keys. A list is entered at its first item: Terraform writes a nested object as a block, a list of one. */
export function member(node: Node | undefined, ...path: readonly string[]): Member | null {
  let current = node;
  let found: Member | null = null;
  for (const key of path) {
    const inside: Node | undefined = current?.kind === 'list' ? current.items[0] : current;
    found = inside?.kind === 'map' ? (inside.members.get(key) ?? null) : null;
    if (found === null) return null;
    current = found.value;
  }
  return found;
}

export const valueAt = (node: Node | undefined, ...path: readonly string[]): Node | undefined => member(node, ...path)?.value;

/** Items of a list; a lone map or scalar counts as a list of one, absence and null as an empty one. */
export function itemsOf(node: Node | undefined): readonly Node[] {
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) return [];
  return node.kind === 'list' ? node.items : [node];
}

/** The literal, or undefined where there is none. Null counts as absent, as it does in Terraform. */
export function literal(node: Node | undefined): string | number | boolean | undefined {
  return node?.kind === 'scalar' && node.value !== null ? node.value : undefined;
}

export function text(node: Node | undefined): string | undefined {
  const value = literal(node);
  return value === undefined ? undefined : String(value);
}

/** Both languages accept the strings "true" and "false" for a boolean. */
export function truth(node: Node | undefined): boolean | undefined {
  const value = text(node)?.toLowerCase();
  return value === 'true' ? true : value === 'false' ? false : undefined;
}

/** A number, also when written as a string. */
export function amount(node: Node | undefined): number | undefined {
  const value = literal(node);
  if (value === undefined || typeof value === 'boolean' || value === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

export const isUnresolved = (node: Node | undefined): boolean => node?.kind === 'unresolved';

/** True where any part of the value is settled only later. */
export function hasUnresolved(node: Node | undefined): boolean {
  switch (node?.kind) {
    case 'unresolved':
      return true;
    case 'list':
      return node.items.some(hasUnresolved);
    case 'map':
      return [...node.members.values()].some((entry) => hasUnresolved(entry.value));
    case 'scalar':
    case undefined:
      return false;
  }
}
