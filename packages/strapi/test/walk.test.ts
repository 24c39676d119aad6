import { test } from 'vitest';

import { loginAsAdmin } from './support/admin.ts';
import { callersOf } from './support/changes-world.ts';
import { fillSmallAtlas } from './support/content.ts';
import { startBehindEdge } from './support/edge-world.ts';
import { act } from './walk/actions.ts';
import { compare, fill } from './walk/compare.ts';
import { pathsOf } from './walk/paths.ts';
import { createRandom } from './walk/random.ts';

/** How many actions, and which walk; more by command. */
const ACTIONS = Number(process.env['FRESHTAG_WALK_ACTIONS'] ?? 300);
const SEED = Number(process.env['FRESHTAG_WALK_SEED'] ?? 1);
const DATABASES = (process.env['FRESHTAG_WALK_DATABASES'] ?? 'sqlite,postgres,mysql').split(',');
/** Between two comparisons, which take far longer than the actions do: fewer of them where a walk is long. */
const MOST_ACTIONS_A_ROUND = ACTIONS > 1000 ? 32 : 8;
const AT_ONCE = 4;
/** Of a walk longer than those of the tests, how far it has come is told each time. */
const TOLD_ACTIONS = 500;

for (const database of ['sqlite', 'postgres', 'mysql'] as const)
  test.skipIf(!DATABASES.includes(database))(
    `after each drain every URL of a random walk of editors is as fresh as the origin, on ${database}`,
    async (context) => {
      const { expect } = context;
      const world = await startBehindEdge(database);
      if (world === undefined) {
        context.skip();
        return;
      }
      const { atlas, edge, drained } = world;
      try {
        await fillSmallAtlas(atlas.strapi);
        const walker = { atlas, admin: await loginAsAdmin(atlas), ...callersOf(atlas) };
        const places = { edge: edge.url, origin: atlas.url, points: edge.points };
        const known = new Map<string, Set<string>>();
        let [refused, hits, compared, reordered] = [0, 0, 0, 0];
        const random = createRandom(SEED);
        for (let done = 0; done < ACTIONS;) {
          await fill(places, await pathsOf(atlas, known));
          const begun = done;
          const until = Math.min(ACTIONS, done + 1 + random.below(MOST_ACTIONS_A_ROUND));
          while (done < until) {
            const count = Math.min(until - done, 1 + random.below(AT_ONCE));
            const actions = Array.from({ length: count }, () => act(walker, random));
            const ends = await Promise.allSettled(actions);
            refused += ends.filter((end) => end.status === 'rejected').length;
            done += count;
          }
          await drained();
          const seen = await compare(places, await pathsOf(atlas, known));
          hits += seen.hits;
          compared += seen.compared;
          reordered += seen.reordered;
          if (seen.stale.length > 0)
            throw new Error(
              `seed ${SEED}, actions ${begun} to ${done}, stale:\n${seen.stale.slice(0, 5).join('\n')}`,
            );
          if (Math.floor(done / TOLD_ACTIONS) > Math.floor(begun / TOLD_ACTIONS))
            process.stderr.write(`${database}: ${done} actions, ${compared} answers compared\n`);
        }
        process.stderr.write(
          `${database}: ${ACTIONS} actions, ${refused} refused, ${compared} answers compared, ${hits} of them hits, ${reordered} in another order\n`,
        );
        // A walk in which Strapi refuses most, or the edge stores little, would show little.
        expect(refused).toBeLessThan(ACTIONS / 2);
        expect(reordered).toBeLessThan(compared / 100);
        expect(hits).toBeGreaterThan(compared / 10);
      } finally {
        await world.stop();
      }
    },
    Math.max(240_000, ACTIONS * 1500),
  );
