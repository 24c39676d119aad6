// Makes the screenshots of the documentation: every page and state of the admin half. They look as they do
// with Debian's fonts-liberation and, for Chinese, fonts-wqy-zenhei.
// usage: node --conditions=@freshtag/source packages/strapi/test/admin-ui/screenshots.ts [FOLDER]
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import {
  pathOfNewest,
  shootChange,
  shootHistory,
  shootMapping,
  shootSettings,
  shootTags,
  shootTest,
  shootWidget,
} from './page-shots.ts';
import {
  shootFailed,
  shootNarrowPanel,
  shootPanel,
  shootQuestions,
  shootQuota,
  shootRetrying,
  shootStale,
} from './panel-shots.ts';
import { NARROW, openStudio, type Studio } from './studio.ts';

const DOCS = fileURLToPath(new URL('../../../../docs/images/strapi/', import.meta.url));
const HOUR_MS = 3_600_000;
/** How many countries are published in each hour: at night, in the morning, in the afternoon. */
const DAY = [1, 0, 0, 0, 0, 0, 0, 1, 2, 4, 3, 1, 1, 2, 3, 2, 1, 1, 0, 0, 1, 0, 1];

/** A day of a busy desk, with an hour in which tasks failed. */
async function spendDay({ publish, age, rest, edge }: Studio): Promise<void> {
  for (const [hour, count] of DAY.entries()) {
    if (hour === 10) edge.injectFault({ kind: 'task-failed', times: 2 });
    for (let number = 1; number <= count; number += 1) {
      await publish(`Island ${hour}.${number}`);
      // Else they would go together.
      await rest();
    }
    await age(HOUR_MS);
  }
}

async function shootWorld(studio: Studio): Promise<void> {
  await spendDay(studio);
  await shootWidget(studio, 'fresh');
  await shootWidget(studio, 'german', { language: 'de' });
  await shootPanel(studio);
  await shootNarrowPanel(studio);
  await shootQuestions(studio);
  await shootChange(studio, 'live', await pathOfNewest(studio));
  await shootTags(studio);
  await shootSettings(studio);
  await shootMapping(studio);
  await shootTest(studio, 'passed');
  const failed = await shootFailed(studio);
  await shootChange(studio, 'failed', failed, { colorScheme: 'dark' });
  await shootChange(studio, 'narrow', failed, { viewport: NARROW });
  await shootWidget(studio, 'stuck', { colorScheme: 'dark' });
  await shootHistory(studio, '');
  await shootHistory(studio, '-dark', { colorScheme: 'dark' });
  await shootHistory(studio, '-narrow', { viewport: NARROW, colorScheme: 'dark' });
  await shootHistory(studio, '-french', { language: 'fr' });
  await shootRetrying(studio);
  await shootStale(studio);
  await shootQuota(studio);
}

const given = process.argv[2];
const folder = given === undefined ? DOCS : resolve(given);
const studio = await openStudio(folder);
try {
  await shootWorld(studio);
} finally {
  await studio.close();
}
const broken = await openStudio(folder, {
  env: { ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'another-secret' },
});
try {
  await shootTest(broken, 'failed', { colorScheme: 'dark' });
} finally {
  await broken.close();
}
