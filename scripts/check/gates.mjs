/** The gates of `npm run check`. Each says how many things it examined: a gate that examined nothing has proved nothing. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folders that hold sources, as far as they exist. */
const folders = (root) =>
  ['bench', 'cli', 'eval', 'functions', 'infra', 'lib', 'local', 'prisma', 'scripts', 'test', 'web'].filter((name) =>
    existsSync(join(root, name)),
  );

const numberIn = (output, pattern) => Number(pattern.exec(output)?.[1] ?? 0);

/** A success over nothing is a failure: a misplaced pattern looks just like it. */
export const passed = ({ ok, examined }) => ok && examined > 0;

/** `run(program, arguments, environment?)` answers `{ ok, output }`; a gate answers `{ ok, examined, what, output }`. */
export const gates = [
  {
    name: 'format and lint',
    async check(run) {
      const { ok, output } = await run('biome', ['ci', '--error-on-warnings', '--colors=off', '.']);
      return { ok, examined: numberIn(output, /Checked (\d+) files?/), what: 'files', output };
    },
  },
  {
    name: 'types',
    async check(run) {
      const { ok, output } = await run('tsc', ['-p', '.', '--noEmit', '--listFiles', '--pretty', 'false']);
      const lines = output.split('\n');
      const sources = lines.filter((line) => /^\/.*\.tsx?$/.test(line));
      const own = sources.filter((line) => !line.includes('/node_modules/'));
      return { ok, examined: own.length, what: 'files', output: lines.filter((line) => !sources.includes(line)).join('\n') };
    },
  },
  {
    name: 'import rules',
    async check(run, root) {
      const { ok, output } = await run('depcruise', [
        '--config',
        '.dependency-cruiser.cjs',
        '--output-type',
        'err',
        ...folders(root),
      ]);
      return { ok, examined: numberIn(output, /(\d+) modules/), what: 'modules', output };
    },
  },
  {
    name: 'dead code',
    async check(run) {
      const { ok, output } = await run('knip', [
        '--no-progress',
        '--no-config-hints',
        '--reporter',
        './scripts/check/knip-reporter.mjs',
      ]);
      return { ok, examined: numberIn(output, /examined (\d+) files/), what: 'files', output };
    },
  },
  {
    name: 'infrastructure',
    async check(run) {
      const out = mkdtempSync(join(tmpdir(), 'assay-synth-'));
      try {
        const context = JSON.stringify({ 'aws:cdk:bundling-stacks': [] });
        const { ok, output } = await run('node', ['infra/synth.ts'], { CDK_OUTDIR: out, CDK_CONTEXT_JSON: context });
        return { ok, examined: numberIn(output, /cdk-nag examined (\d+) resources/), what: 'resources', output };
      } finally {
        rmSync(out, { recursive: true, force: true });
      }
    },
  },
];
