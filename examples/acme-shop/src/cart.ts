export interface CartLine {
  readonly sku: string;
  readonly quantity: number;
  /** Price of one, in cents. */
  readonly cents: number;
}

/** Orders of 50 euros and more ship free. */
const FREE_SHIPPING_CENTS = 5_000;
const SHIPPING_CENTS = 490;

export function totalOf(lines: readonly CartLine[]): { goods: number; shipping: number } {
  const goods = lines.reduce((sum, { quantity, cents }) => sum + quantity * cents, 0);
  return { goods, shipping: goods === 0 || goods >= FREE_SHIPPING_CENTS ? 0 : SHIPPING_CENTS };
}
