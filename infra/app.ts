/** The CDK app: `node infra/app.ts` writes templates to CDK_OUTDIR (default cdk.out); a broken rule of cdk-nag makes it fail. */
import { App, Tags, Validations } from 'aws-cdk-lib';
import { readConfig } from './config.ts';
import { ReasonedChecks } from './nag.ts';
import { ApiStack } from './stacks/api-stack.ts';
import { DataStack } from './stacks/data-stack.ts';
import { WorkflowStack } from './stacks/workflow-stack.ts';

const app = new App();
const config = readConfig(app.node);
// The local runtime wants the definitions within a second or two and judges nothing.
if (app.node.tryGetContext('checks') !== 'off') Validations.of(app).addPlugins(new ReasonedChecks(app));
Tags.of(app).add('application', 'assay');
Tags.of(app).add('stage', config.stage);

const data = new DataStack(app, `${config.prefix}-data`, config);
const api = new ApiStack(app, `${config.prefix}-api`, { config, bucket: data.reports });
new WorkflowStack(app, `${config.prefix}-workflow`, { config, bucket: data.reports, webSocket: api.webSocket });

app.synth();
