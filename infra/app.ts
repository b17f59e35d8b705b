/**
 * The CDK app of one stage, for the CDK CLI and the local runtime: `node infra/app.ts` writes templates to CDK_OUTDIR (default cdk.out).
 * `-c stage=prod` chooses another stage than dev. infra/synth.ts writes and judges all of them.
 */
import { makeApp } from './assembly.ts';

makeApp({ outdir: process.env['CDK_OUTDIR'] ?? 'cdk.out' }).synth();
