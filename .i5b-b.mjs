import { bundleFunctions } from './local/workflow/bundles.ts';
import { specs } from './infra/functions.ts';
console.time('b');
const b = await bundleFunctions({root: process.cwd(), functionPaths: Object.keys(specs)});
console.timeEnd('b');
for (const x of b) console.log(x.functionPath, x.bytes, x.file);
