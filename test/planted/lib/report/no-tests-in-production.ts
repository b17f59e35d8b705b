export { sample } from './sample.test.ts';
