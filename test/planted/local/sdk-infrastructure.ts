export { App } from 'aws-cdk-lib';
