export { aws } from './aws.ts';
export { facebook } from './facebook.ts';
export { github } from './github.ts';
export { google } from './google.ts';
export { hubspot } from './hubspot.ts';
export { type NotReadyOptions, notReady } from './not-ready.ts';
export { s3 } from './s3.ts';
export { salesforce } from './salesforce.ts';
export { slack } from './slack.ts';
