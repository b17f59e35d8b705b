/** Signals end the program through `exit`, so that whatever listens to that (the cursor, the bridges) is put in order. */
const codes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

export function exitOnSignals(): void {
  for (const signal of ['SIGHUP', 'SIGTERM'] as const) process.on(signal, () => process.exit(codes[signal]));
  process.on('SIGINT', () => {
    // Somebody else listens too, and decides: a run is cancelled first, `npm start` closes what it serves.
    if (process.listenerCount('SIGINT') === 1) process.exit(codes.SIGINT);
  });
}
