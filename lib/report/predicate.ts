/** A predicate in words: as a person reads it, and each word that a statement about it may repeat. */
import type { Predicate } from '../contract/report.ts';
import { conditionText, type FactValue } from '../domain/records.ts';

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;
/** As a check cites it, or as a report prints it. */
export type StatedPredicate = Frozen<Predicate>;

/** "path-matches CODEOWNERS, .github/CODEOWNERS"; "dependency-alert records with state open and severity one of critical, high". */
export function predicateText(predicate: StatedPredicate): string {
  if (predicate.name === 'records-where') {
    const { kind, where } = predicate.args;
    return [`${kind} records`, where.map(conditionText).join(' and ')].filter((part) => part !== '').join(' with ');
  }
  const args = Object.values(predicate.args).map((value) => [value].flat().join(', '));
  return [predicate.name, ...args].join(' ');
}

/** The arguments, one by one and as they read together: a statement may write a list with its punctuation. */
export function predicateWords(predicate: StatedPredicate): string[] {
  if (predicate.name !== 'records-where') {
    return Object.values(predicate.args).flatMap((value) => [...[value].flat().map(String), [value].flat().join(', ')]);
  }
  const { family, kind, where } = predicate.args;
  const values = where.flatMap((condition): readonly FactValue[] => {
    if ('values' in condition) return condition.values;
    return 'value' in condition ? [condition.value] : [];
  });
  return [family, kind, ...where.map(conditionText), ...values.flatMap(spelled)];
}

/** Of a time also its day alone. */
const spelled = (value: FactValue): string[] =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? [value, value.slice(0, 10)] : [String(value)];
