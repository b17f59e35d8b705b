/** How a server can be hostile, slow or broken: in which of its answers, and how. In the others it behaves. */
import { answerJson, type Exchange, resultText } from './rpc.ts';

export type Method = 'initialize' | 'tools/list' | 'tools/call';
export type Answer = (exchange: Exchange) => void;
/** `any`: whatever it is asked. */
export type Personality = Readonly<Partial<Record<Method | 'any', Answer>>>;

export const MIB = 2 ** 20;
export const json = { 'content-type': 'application/json' };
export const stream = { 'content-type': 'text/event-stream' };

export const always = (answer: Answer): Personality => ({ any: answer });
export const listing = (answer: Answer): Personality => ({ 'tools/list': answer });
export const calling = (answer: Answer): Personality => ({ 'tools/call': answer });

/** Told how often it was asked. */
export function answering(result: (count: number) => unknown): Answer {
  let count = 0;
  return (exchange) => {
    count += 1;
    answerJson(exchange, resultText(exchange, result(count)));
  };
}
export const raw =
  (text: (exchange: Exchange) => string): Answer =>
  (exchange) =>
    answerJson(exchange, text(exchange));

export const tool = (name: string, more: object = {}): object => ({ name, inputSchema: { type: 'object' }, ...more });
export const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
