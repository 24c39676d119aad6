// Reads a built site into a manifest. usage: collect-site.mjs DIR
import { collectSite } from '@freshtag/core/site';

import { peakKb } from './peak.cjs';

const { manifest } = await collectSite({ dir: process.argv[2] ?? '' });
console.log(
  JSON.stringify({ pages: manifest.pages.length, peakKb: peakKb(), cpu: process.cpuUsage() }),
);
