// The real command, ended by SIGKILL at each write that it makes: to a file, as its test sees at Node's
// border, and to the cloud, as the test sees in the traffic that goes through it. Then it is run again.
import { cpSync } from 'node:fs';
import { join } from 'node:path';

import { test } from 'vitest';

import { temporaryFolder } from '../src/index.ts';
import { openCrashWorld, type CrashWorld, type Ended, type Kill } from './deploys/crash-world.ts';

const AT_ONCE = 2;
const site = { '/': 'one', '/a/': 'one', '/b/': 'one', '/c/': 'one' };
const next = { '/': 'two', '/a/': 'one', '/b/': 'two', '/d/': 'two' };
const PLAN = ['plan', 'dist', '--allow-shrink'];
const APPLY = ['apply', '--now'];

/** What freshtag had written by a moment, to begin from there again. */
type Snapshot = string;

function snapshot({ cwd }: CrashWorld): Snapshot {
  const folder = temporaryFolder();
  for (const name of ['.freshtag', 'live', 'live.json'])
    cpSync(join(cwd, name), join(folder, name), { recursive: true });
  return folder;
}

/** A first build that is live, applied, and stored everywhere; the second is built. */
async function openWithTwo(from?: Snapshot): Promise<CrashWorld> {
  const world = await openCrashWorld();
  if (from === undefined) {
    world.build(site);
    await mustEnd(world, PLAN);
    world.upload();
    await mustEnd(world, APPLY);
  } else {
    cpSync(from, world.cwd, { recursive: true });
    world.serve();
  }
  await world.visit();
  world.build(next);
  return world;
}

async function mustEnd(world: CrashWorld, args: readonly string[]): Promise<Ended> {
  const ended = await world.freshtag(args);
  if (ended.exitCode === 0) return ended;
  throw new Error(`${args.join(' ')} ended with ${ended.exitCode}: ${ended.stderr}`);
}

/** Where a command can be ended, and what there was before it. */
interface Play {
  readonly places: ReadonlyMap<string, Kill>;
  readonly applied: Snapshot;
  readonly planned: Snapshot;
}

/** @returns what is old at the edge after the kill and the second run */
async function playKill(
  command: 'plan' | 'apply',
  kill: Kill,
  { applied, planned }: Play,
): Promise<readonly string[]> {
  const world = await openWithTwo(applied);
  try {
    if (command === 'apply') {
      cpSync(planned, world.cwd, { recursive: true });
      world.upload();
      await world.visit();
    }
    const killed = await world.freshtag(command === 'plan' ? PLAN : APPLY, kill);
    if (killed.signal !== 'SIGKILL') return [`not killed: ${killed.stderr}`];
    await world.visit();
    if (command === 'plan') {
      await mustEnd(world, PLAN);
      world.upload();
      await world.visit();
    }
    await mustEnd(world, APPLY);
    return await world.differences();
  } finally {
    await world.close();
  }
}

/** One run in which nobody is killed, to see every place at which somebody can be. */
async function rehearse(command: 'plan' | 'apply'): Promise<Play> {
  const world = await openWithTwo();
  try {
    const applied = snapshot(world);
    const plan = await mustEnd(world, PLAN);
    const planned = snapshot(world);
    world.upload();
    const apply = await mustEnd(world, APPLY);
    return { applied, planned, places: placesOf(command === 'plan' ? plan : apply) };
  } finally {
    await world.close();
  }
}

function placesOf({ writes, calls }: Ended): Map<string, Kill> {
  const places = new Map<string, Kill>();
  for (const [index, name] of writes.entries()) {
    const number = index + 1;
    places.set(`before ${number}: ${name}`, { at: 'file', number, when: 'before' });
    if (name.startsWith('write '))
      places.set(`half-way ${number}: ${name}`, { at: 'file', number, when: 'half-way' });
  }
  for (let number = 1; number <= calls; number += 1)
    for (const when of ['before', 'after'] as const)
      places.set(`${when} call ${number}`, { at: 'call', number, when });
  return places;
}

// Guarded by the rename in replaceFile (site/stores/file.ts): the state is there as a whole; by
// announceDeploy before the upload (deploy/prepare.ts), by the lock that is taken over when its
// process is gone (site/stores/file-lock.ts), and by settlePages after the last pass (deploy/apply.ts).
test.for(['plan', 'apply'] as const)(
  'freshtag %s that is killed at any of its writes and run again leaves nothing old at the edge',
  { timeout: 120_000 },
  async (command, { expect }) => {
    const play = await rehearse(command);
    const kinds = Object.groupBy(play.places.values(), ({ at }) => at);
    expect(kinds.file?.length).toBeGreaterThan(5);
    expect(kinds.call?.length ?? 0).toBeGreaterThanOrEqual(command === 'apply' ? 10 : 0);
    const outcomes: Record<string, readonly string[]> = {};
    const queue = play.places.entries();
    const work = async (): Promise<void> => {
      for (const [name, kill] of queue) outcomes[name] = await playKill(command, kill, play);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const bad = Object.entries(outcomes).filter(([, old]) => old.length > 0);
    expect(bad).toEqual([]);
  },
);
