/** How long a bundle takes to load, in a process that has loaded nothing else: `child.ts <file>`, milliseconds to standard output. */
import { pathToFileURL } from 'node:url';

const from = performance.now();
await import(pathToFileURL(process.argv[2] ?? '').href);
process.stdout.write(String(performance.now() - from), () => process.exit(0));
