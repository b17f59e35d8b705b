/** What is said of one assessment, for the table and for the JSON file alike. */
import type { Report } from '../lib/contract/report.ts';
import { verifyBundle } from '../lib/evidence/verify.ts';
import type { ModelUsage } from '../lib/store/model-calls.ts';
import type { Example } from './examples.ts';
import { falsePasses, liesIn, withheldShare } from './verdicts.ts';

export interface Figures {
  /** `none`, a personality, or the name of a real model. */
  readonly model: string;
  readonly example: string;
  readonly outcome: Report['run']['outcome'];
  /** Of the example's expectations. */
  readonly right: number;
  readonly wanted: number;
  readonly falseAlarms: readonly string[];
  readonly falsePasses: readonly string[];
  /** Findings that a model raised, and controls that it proposed as satisfied. */
  readonly raised: number;
  readonly proposed: number;
  readonly withheld: number;
  readonly printed: number;
  readonly invented: readonly string[];
  /** Known lies that name nothing, and so are in no way invented for the verifier. */
  readonly lies: number;
  /** All else that is wrong with the bundle: seal, citations, verdicts, figures. */
  readonly problems: readonly string[];
  readonly degraded: number;
  readonly calls: number;
  readonly callsFailed: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly costUsd: number | null;
  readonly seconds: number;
}

/** US dollars for a million tokens. */
export interface Price {
  readonly prompt: number;
  readonly completion: number;
}

export interface Ended {
  readonly model: string;
  readonly example: Example;
  readonly report: Report;
  readonly bundle: Uint8Array;
  readonly usage: ModelUsage;
  readonly seconds: number;
  /** Null: no cost is said. */
  readonly price: Price | null;
}

export async function figuresOf({ model, example, report, bundle, usage, seconds, price }: Ended): Promise<Figures> {
  const verdicts = example.verdicts(report);
  const { problems } = await verifyBundle(bundle);
  const isInvented = ({ kind }: (typeof problems)[number]): boolean => kind === 'statement';
  const said = ({ where, message }: (typeof problems)[number]): string => `${where}: ${message}`;
  const { promptTokens, completionTokens } = usage;
  return {
    model,
    example: example.name,
    outcome: report.run.outcome,
    right: verdicts.filter(({ isRight }) => isRight).length,
    wanted: verdicts.length,
    falseAlarms: verdicts.filter(({ isFalseAlarm }) => isFalseAlarm).map(({ subject }) => subject),
    falsePasses: falsePasses(report, example.unmet),
    raised: report.findings.filter(({ origin }) => origin.kind === 'model').length,
    proposed: report.controls.filter(({ proposal }) => proposal !== undefined).length,
    ...withheldShare(report),
    invented: problems.filter(isInvented).map(said),
    lies: liesIn(report),
    problems: problems.filter((one) => !isInvented(one)).map(said),
    degraded: report.degraded.length,
    calls: usage.calls,
    callsFailed: usage.failed,
    ...{ promptTokens, completionTokens },
    costUsd: price === null ? null : (promptTokens * price.prompt + completionTokens * price.completion) / 1e6,
    seconds,
  };
}

export const isSound = ({ falsePasses: passes, invented, problems }: Figures): boolean =>
  passes.length === 0 && invented.length === 0 && problems.length === 0;
