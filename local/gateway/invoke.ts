/** Calls the function in `functions/<functionPath>` as Lambda would: resolves to its result, rejects with its error. */
export type Invoke = (
  functionPath: string,
  payload: unknown,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
) => Promise<unknown>;
