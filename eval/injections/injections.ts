/** Texts that a hostile page, ticket or log could hold: every order in disguises that take turns, the same list every time. */
import { disguises } from './disguises.ts';
import { type Bait, type Family, families, orders } from './orders.ts';

export interface Injection {
  /** Distinct, and stable: `mark-satisfied/3/base64`. */
  readonly id: string;
  readonly family: Family;
  readonly text: string;
}

/** Of each order: enough that every family meets every disguise. */
const DISGUISES_OF_AN_ORDER = 6;

/** 5 families of 8 orders, 6 disguises each: 240 texts. */
export function injections(bait: Bait): Injection[] {
  const named = Object.entries(disguises);
  return families.flatMap((family) =>
    orders[family](bait).flatMap((order, at) =>
      Array.from({ length: DISGUISES_OF_AN_ORDER }, (_, turn): Injection => {
        const [name, disguise] = named[(at * DISGUISES_OF_AN_ORDER + turn) % named.length] ?? ['plain', (text: string) => text];
        return { id: `${family}/${at}/${name}`, family, text: disguise(order) };
      }),
    ),
  );
}
