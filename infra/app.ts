/** The CDK app: `node infra/app.ts` writes templates to CDK_OUTDIR (default cdk.out); a broken rule of cdk-nag makes it fail. */
import { readFileSync } from 'node:fs';
import { App, Tags, Validations } from 'aws-cdk-lib';
import { readConfig } from './config.ts';
import { ReasonedChecks } from './nag.ts';
import { ApiStack } from './stacks/api-stack.ts';
import { DataStack } from './stacks/data-stack.ts';
import { WorkflowStack } from './stacks/workflow-stack.ts';

// The CDK CLI hands over cdk.json's context; without it (checks, local runtime) the app reads the file itself.
const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
const app = new App({ context, outdir: process.env['CDK_OUTDIR'] ?? 'cdk.out' });
const config = readConfig(app.node);
// The local runtime wants the definitions soon and judges nothing.
const checks = app.node.tryGetContext('checks') === 'off' ? null : new ReasonedChecks(app);
if (checks !== null) Validations.of(app).addPlugins(checks);
Tags.of(app).add('application', 'assay');
Tags.of(app).add('stage', config.stage);

const data = new DataStack(app, `${config.prefix}-data`, config);
const api = new ApiStack(app, `${config.prefix}-api`, { config, bucket: data.reports });
new WorkflowStack(app, `${config.prefix}-workflow`, { config, bucket: data.reports, webSocket: api.webSocket });

app.synth();
if (checks !== null) process.stderr.write(`cdk-nag examined ${checks.examined} resources\n`);
