/** The commonest rule: one argument decides. */
import { isUnresolved, literal, member, type Node, valueAt } from './node.ts';
import type { Resource } from './resource.ts';
import { type Judgement, type Rule, whole } from './rule.ts';

type Verdict = Judgement['result'];

interface Flag {
  /** Resource type and the path to the argument in it, per language or provider. */
  readonly on: Readonly<Record<string, readonly string[]>>;
  /** Judges a literal; undefined where it means nothing to this rule. */
  readonly value: (value: Node) => Verdict | undefined;
  /** What the argument decides, to complete "decides ... ": "encryption at rest". */
  readonly subject: string;
  /** What it means to leave it out: the provider's default, or null where the rule then has no subject. */
  readonly absent: Verdict | null | ((resource: Resource) => Verdict | null);
}

export const flag = (rule: Flag): Rule => ({
  types: Object.keys(rule.on),
  judge: (resource) => judge(rule, resource),
});

function judge({ on, value, subject, absent }: Flag, resource: Resource): Judgement | null {
  const path = on[resource.type] ?? [];
  const found = member(resource.properties, ...path);
  const outermost = member(resource.properties, path[0] ?? '');
  if (found !== null && literal(found.value) !== undefined) {
    const result = value(found.value);
    if (result === undefined) return null;
    return { result, says: `sets ${path.at(-1)} to ${String(literal(found.value))}`, cite: [outermost ?? found, found] };
  }
  if (isUnresolved(found?.value) || isUnresolved(outermost?.value)) return undecided(subject);
  const result = typeof absent === 'function' ? absent(resource) : absent;
  if (result === null) return null;
  if (result === 'unknown') return { result, says: `leaves ${subject} to a default that files alone do not settle`, cite: [] };
  const says = result === 'pass' ? `leaves ${subject} to the provider's default, which is safe` : `declares no ${subject}`;
  return { result, says, cite: whole(resource) };
}

export const undecided = (subject: string): Judgement => ({
  result: 'unknown',
  says: `decides ${subject} by an expression that only a plan resolves`,
  cite: [],
});

export const mustBeTrue = (value: Node): Verdict | undefined => bool(value, 'pass', 'fail');
export const mustBeFalse = (value: Node): Verdict | undefined => bool(value, 'fail', 'pass');

function bool(value: Node, whenTrue: Verdict, whenFalse: Verdict): Verdict | undefined {
  const written = String(literal(value)).toLowerCase();
  return written === 'true' ? whenTrue : written === 'false' ? whenFalse : undefined;
}

/** For defaults that depend on another argument: `set` says whether it is there at all. */
export const has = (resource: Resource, ...path: readonly string[]): boolean => {
  const value = valueAt(resource.properties, ...path);
  return value !== undefined && !(value.kind === 'scalar' && value.value === null);
};
