import { afterAll, beforeAll, describe, test } from 'vitest';

import { runScript } from './run-script.ts';
import { TAG_RULES } from './tag-rules.ts';
import { canSkipVarnish } from './varnish.ts';
import { startEdgeWorld, startVarnishWorld, type World } from './worlds.ts';

const WORLDS = [
  { name: 'the edge', start: startEdgeWorld, canSkip: () => false },
  { name: 'Varnish with xkey', start: startVarnishWorld, canSkip: canSkipVarnish },
] as const;

describe.for(WORLDS)('tags, as $name has them', ({ start, canSkip }) => {
  const isSkipped = canSkip();
  let world: World | undefined;

  beforeAll(async () => {
    if (!isSkipped) world = await start();
  });
  afterAll(() => world?.stop());

  test.skipIf(isSkipped).for(Object.entries(TAG_RULES))('%s', async ([, rule], { expect }) => {
    const trace = world === undefined ? [] : await runScript(world, rule.script);
    expect(trace.map((line) => / (HIT|MISS) /.exec(line)?.[1]).join(' ')).toBe(rule.found);
  });
});
