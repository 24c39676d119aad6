import { focusTests } from './focus-tests.ts';
import { hostileTests } from './hostile-tests.ts';
import { keyboardTests } from './keyboard-tests.ts';
import { languagesTests } from './languages-tests.ts';
import { panelTests } from './panel-tests.ts';
import { settingsTests } from './settings-tests.ts';
import { describeWorld } from './use-world.ts';

// In this order: what one does stays in the history of the next.
describeWorld('the panel and the pages', {}, (world) => {
  languagesTests(world);
  keyboardTests(world);
  settingsTests(world);
  panelTests(world);
  focusTests(world);
  hostileTests(world);
});
