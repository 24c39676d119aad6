// Plans a built site against an edge state in a file, as `freshtag plan --dry-run` does. usage: plan-site.mjs DIR STATE
import { createFileStore, prepareDeploy } from '@freshtag/core/site';

import { peakKb } from './peak.cjs';

const [dir = '', state = ''] = process.argv.slice(2);
const { plan } = await prepareDeploy({
  domain: 'www.example.com',
  environment: 'production',
  store: createFileStore(state),
  dir,
});
console.log(
  JSON.stringify({
    pages: plan.pages.length + plan.unchanged,
    planned: plan.pages.length,
    peakKb: peakKb(),
    cpu: process.cpuUsage(),
  }),
);
