import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { synthesise } from './synthesise.ts';

/** An app that counts its runs and writes one template. */
const app = (definition: string) => `
import { appendFileSync, writeFileSync } from 'node:fs';
appendFileSync('runs', 'x');
const machine = { Type: 'AWS::StepFunctions::StateMachine', Properties: { StateMachineName: 'a-run', DefinitionString: ${JSON.stringify(definition)} } };
writeFileSync(process.env.CDK_OUTDIR + '/a.template.json', JSON.stringify({ Resources: { Machine: machine } }));
`;
const definition = '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}';

let root = '';
const runs = async () => (await readFile(join(root, 'runs'), 'utf8')).length;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'assay-synthesise-'));
  for (const folder of ['infra', 'lib/contract', 'local/workflow', 'node_modules/aws-cdk-lib'])
    await mkdir(join(root, folder), { recursive: true });
  await writeFile(join(root, 'cdk.json'), '{}');
  await writeFile(join(root, 'node_modules/aws-cdk-lib/package.json'), '{"version":"1"}');
  await writeFile(join(root, 'infra/app.ts'), app(definition));
});
afterEach(() => rm(root, { recursive: true }));

test('the app runs once for as long as its sources stay as they are', async () => {
  const first = await synthesise({ root });
  expect(await synthesise({ root })).toEqual(first);
  expect([first.machines.map(({ name }) => name), await runs()]).toEqual([['a-run'], 1]);
  await writeFile(join(root, 'lib/contract/errors.ts'), 'export const added = 1;');
  await synthesise({ root });
  expect(await runs()).toBe(2);
});

test.each([
  ['an app that fails', 'throw new Error("CDK context: stage is missing");', /stage is missing/],
  ['a definition that Step Functions would refuse', app('{"StartAt":"B","States":{"A":{"Type":"Pass","End":true}}}'), /a-run/],
])('%s is reported with its reason, and not kept', async (_, source, reason) => {
  await writeFile(join(root, 'infra/app.ts'), source);
  const failure = { name: 'SynthesisFailed', message: expect.stringMatching(reason) };
  await expect(synthesise({ root })).rejects.toMatchObject(failure);
  await expect(synthesise({ root })).rejects.toMatchObject(failure);
});
