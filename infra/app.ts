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
// The local runtime wants the definitions within a second or two and judges nothing.
if (app.node.tryGetContext('checks') !== 'off') Validations.of(app).addPlugins(new ReasonedChecks(app));
Tags.of(app).add('application', 'assay');
Tags.of(app).add('stage', config.stage);

const data = new DataStack(app, `${config.prefix}-data`, config);
const api = new ApiStack(app, `${config.prefix}-api`, { config, bucket: data.reports });
new WorkflowStack(app, `${config.prefix}-workflow`, { config, bucket: data.reports, webSocket: api.webSocket });

app.synth();
