/** One line per finding, and how many files were looked at: the gate fails when that is none. */
export default function report({ issues, counters, report: kinds }) {
  for (const kind of Object.keys(kinds).filter((name) => kinds[name] && name !== '_files')) {
    for (const file of Object.values(issues[kind] ?? {})) {
      for (const { filePath, symbol, line } of Object.values(file)) {
        process.stdout.write(`${kind}: ${symbol ?? ''} ${filePath}${line === undefined ? '' : `:${line}`}\n`);
      }
    }
  }
  process.stdout.write(`examined ${counters.processed} files\n`);
}
