/**
 * `npm run synth`: writes the templates of every stage to CDK_OUTDIR/<stage> (default cdk.out), and fails on a broken rule of cdk-nag, a
 * warning of CDK, a deprecated construct, and an accepted finding that no stage has any more.
 */
import { join } from 'node:path';
import { makeApp, stages } from './assembly.ts';
import { Acceptances, ReasonedChecks } from './nag.ts';

process.env['JSII_DEPRECATED'] = 'fail';
const out = process.env['CDK_OUTDIR'] ?? 'cdk.out';
const acceptances = new Acceptances();
let examined = 0;
const complaints: string[] = [];

for (const stage of stages) {
  const checks = new ReasonedChecks(acceptances);
  const assembly = makeApp({ stage, outdir: join(out, stage), checks }).synth();
  examined += checks.examined;
  for (const { id, messages } of assembly.stacks) {
    complaints.push(...messages.filter(({ level }) => level !== 'info').map(({ entry }) => `${id}: ${String(entry.data)}`));
  }
}
complaints.push(...acceptances.stale().map((reason) => `infra/nag-accepted.ts accepts what no stage has any more: ${reason}`));
for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
if (complaints.length > 0) process.exitCode = 1;
process.stderr.write(`cdk-nag examined ${examined} resources of ${stages.length} stages\n`);
