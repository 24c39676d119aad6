import { historyTests } from './history-tests.ts';
import { rightsTests } from './rights-tests.ts';
import { tagsTests } from './tags-tests.ts';
import { describeWorld } from './use-world.ts';
import { widgetTests } from './widget-tests.ts';

// In this order: what one does stays in the history of the next.
describeWorld('the pages', { databases: ['sqlite', 'postgres'] }, (world) => {
  rightsTests(world);
  widgetTests(world);
  historyTests(world);
  tagsTests(world);
});
