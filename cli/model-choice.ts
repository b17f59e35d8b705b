import type { RunMode } from '../lib/contract/vocabulary.ts';

/** What the command line says of the model: a name, `false` for `--no-model`, null when it leaves it open. */
export type WantedModel = string | false | null;
export type ModelChoice = { readonly mode: RunMode; readonly model: string | null } | { readonly problem: string };

/** @param settings the environment, `.env` included. Blank counts as unset, as everywhere. */
export function chooseModel(wanted: WantedModel, settings: Readonly<Record<string, string | undefined>>): ModelChoice {
  const key = settings['OPENAI_API_KEY']?.trim() ?? '';
  const configured = settings['OPENAI_MODEL']?.trim() ?? '';
  if (wanted === false) return { mode: 'checks', model: null };
  if (wanted !== null && key === '') return { problem: '--model needs OPENAI_API_KEY: set it in the shell or in .env' };
  const model = wanted ?? configured;
  return key === '' || model === '' ? { mode: 'checks', model: null } : { mode: 'model', model };
}
