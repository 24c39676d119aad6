import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
} from 'vitest';

import type { DatabaseKind } from '../support/databases.ts';
import { isSkipped } from './browser.ts';
import type { Enter } from './visits.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

/** Tests in a world that others are in, too: before and after them. */
export type InWorld = (world: () => Omit<World, 'close'>) => void;

/**
 * Tests in one world on each of these databases. A window is closed at the end of its test, which fails
 * if its page did what it must not.
 */
export function describeWorld(
  title: string,
  {
    databases = ['sqlite'],
    ...options
  }: Omit<WorldOptions, 'database'> & { readonly databases?: readonly DatabaseKind[] },
  define: InWorld,
): void {
  for (const database of databases)
    describe.skipIf(isSkipped)(`${title}, on ${database}`, () => {
      let world: World | undefined;
      beforeAll(async () => {
        world = await openWorld({ ...options, database });
      }, 300_000);
      beforeEach(({ skip }) => {
        if (world === undefined) skip();
      });
      afterEach(() => world?.edge.clearFaults());
      afterAll(async () => {
        await world?.close();
      });
      define(() => {
        if (world === undefined) throw new Error('there is no world');
        return { ...world, enter: enterIn(world) };
      });
    });
}

function enterIn(world: World): Enter {
  return async (role, options) => {
    const visit = await world.enter(role, options);
    onTestFinished(async ({ task }) => {
      if (task.result?.state === 'fail') {
        const path = join(tmpdir(), `freshtag-failed-${task.id}.png`);
        await visit.page.screenshot({ path, fullPage: true }).catch(() => {});
        process.stderr.write(`${task.name}: see ${path}\n${world.strapi.output()}\n`);
      }
      await visit.page.close();
      expect(visit.problems).toEqual([]);
    });
    return visit;
  };
}
