// A random walk over everything that can happen between an author and a visitor. Whenever an apply
// says that it is done, every URL at every point of presence must be what the origin sends.
import { test } from 'vitest';
import fc from 'fast-check';

import { isFreshtagError } from '@freshtag/core';

import {
  DeployWorld,
  type PlannedBuild,
  type SourcePage,
  type UploadOrder,
} from './deploys/deploy-world.ts';

const PATHS = ['/', '/a/', '/b/', '/c/', '/data.json'] as const;
/** The same walks each time, so that a failure can be looked into. */
const SEED = 20_261_122;
const WALKS = 40;

type Path = (typeof PATHS)[number];

/** What an author knows. */
interface Model {
  readonly pages: Map<Path, SourcePage>;
  readonly history: Record<string, SourcePage>[];
  versions: number;
}

/** What is real. */
interface Real {
  readonly world: DeployWorld;
  readonly builds: PlannedBuild[];
  /** What happened, for the message of a failure. */
  readonly log: string[];
  live: PlannedBuild | undefined;
  /** Whether the state was lost and nothing applied since. */
  isForgotten: boolean;
}

type Command = fc.AsyncCommand<Model, Real>;

function command(
  name: string,
  run: (model: Model, real: Real) => Promise<void> | void,
  check: (model: Model) => boolean = () => true,
): Command {
  return {
    check,
    run: async (model, real) => {
      real.log.push(name);
      await run(model, real);
    },
    toString: () => name,
  };
}

const anyPath = fc.constantFrom(...PATHS);

const edit = anyPath.map((path) =>
  command(`write ${path}`, (model) => {
    model.versions += 1;
    const tags = model.pages.get(path)?.tags ?? [];
    model.pages.set(path, { body: `version ${model.versions} of ${path}`, tags });
  }),
);

const retag = fc.tuple(anyPath, fc.subarray(['kind:x', 'kind:y', 'list'])).map(([path, tags]) =>
  command(
    `tag ${path} ${tags.join(',')}`,
    (model) => {
      model.pages.set(path, { body: model.pages.get(path)?.body ?? '', tags });
    },
    (model) => model.pages.has(path),
  ),
);

const remove = anyPath.map((path) =>
  command(
    `remove ${path}`,
    (model) => void model.pages.delete(path),
    (model) => model.pages.size > 1 && model.pages.has(path),
  ),
);

const rollBack = fc.nat(5).map((back) =>
  command(
    `back ${back}`,
    (model) => {
      const source = model.history[model.history.length - 1 - back] ?? {};
      model.pages.clear();
      for (const path of PATHS) {
        const page = source[path];
        if (page !== undefined) model.pages.set(path, page);
      }
    },
    (model) => model.history.length > back,
  ),
);

const plan = fc.constant(
  command('plan', async (model, real) => {
    const source = Object.fromEntries(model.pages);
    model.history.push(source);
    real.builds.push(await real.world.site.plan(source));
  }),
);

/** Two pipelines that gather before either of them announces. */
const planTwice = anyPath.map((path) =>
  command(`plan twice, with ${path}`, async (model, { world: { site }, builds }) => {
    model.versions += 1;
    const source = Object.fromEntries(model.pages);
    const other = { ...source, [path]: { body: `version ${model.versions} elsewhere` } };
    const prepared = [await site.prepare(source), await site.prepare(other)];
    for (const one of prepared) builds.push(await site.announce(one));
    model.history.push(source, other);
  }),
);

const upload = fc
  .tuple(fc.nat(2), fc.constantFrom<UploadOrder>('together', 'files-first', 'headers-first'))
  .map(([back, order]) =>
    command(`upload ${back}, ${order}`, async (_, real) => {
      await goLive(real, real.builds[real.builds.length - 1 - back], order);
    }),
  );

const ship = fc.constant(
  command('plan and upload', async (model, real) => {
    const source = Object.fromEntries(model.pages);
    model.history.push(source);
    real.builds.push(await real.world.site.plan(source));
    await goLive(real, real.builds.at(-1), 'together');
  }),
);

async function goLive(
  real: Real,
  build: PlannedBuild | undefined,
  order: UploadOrder,
): Promise<void> {
  if (build === undefined) return;
  await real.world.site.upload(build, order);
  real.live = build;
}

const FAULTS = ['none', 'refused', 'quota-exceeded', 'task-failed', 'cut', 'interrupted'] as const;

const apply = fc.constantFrom(...FAULTS).map((fault) =>
  command(`apply, ${fault}`, async (_, real) => {
    const { world, builds, log } = real;
    const build = builds.at(-1);
    if (build === undefined || isBlind(real, build)) return;
    const abort = new AbortController();
    injectFault(world, fault, abort);
    try {
      await world.site.apply(build, { signal: abort.signal, limits: { maxTagsPerCall: 2 } });
    } catch (error) {
      if (!isFreshtagError(error) && !abort.signal.aborted) throw error;
      log.push(isFreshtagError(error) ? error.code : 'aborted');
      return;
    } finally {
      world.edge.clearFaults();
    }
    log.push('applied');
    real.isForgotten = false;
    await mustBeFresh(real);
  }),
);

/**
 * Pages that nobody remembers cannot be asked for: that the origin has removed them is not to be seen.
 * So after the loss of its state nobody may apply a build before it is uploaded.
 */
function isBlind({ isForgotten, live }: Real, build: PlannedBuild): boolean {
  return isForgotten && live !== build;
}

function injectFault(
  { edge, clock }: DeployWorld,
  fault: (typeof FAULTS)[number],
  abort: AbortController,
): void {
  const action = 'RefreshDcdnObjectCacheByCacheTag';
  if (fault === 'refused')
    edge.injectFault({ kind: 'refused', code: 'InvalidParameters', action, times: 2 });
  if (fault === 'quota-exceeded') edge.injectFault({ kind: 'quota-exceeded', action });
  if (fault === 'task-failed') edge.injectFault({ kind: 'task-failed', action, times: 2 });
  if (fault === 'cut') edge.injectFault({ kind: 'cut', applied: true, action });
  if (fault === 'interrupted') abortLater(clock, abort);
}

/** In the middle of its passes; what it has sent has its effect later. */
function abortLater(clock: DeployWorld['clock'], abort: AbortController): void {
  const visitors = clock.onSecond;
  const endMs = clock.now() + 35_000;
  clock.onSecond = async (second) => {
    await visitors?.(second);
    if (clock.now() < endMs) return;
    clock.onSecond = visitors;
    abort.abort();
  };
}

const visit = fc.constant(command('visit', (_, { world }) => world.visitAll()));
const wait = fc
  .integer({ min: 1, max: 90 })
  .map((seconds) =>
    command(`wait ${seconds} s`, (_, { world }) => world.clock.sleep(seconds * 1000)),
  );
const lose = fc.constant(
  command('lose the state', (_, real) => {
    real.world.site.loseState();
    real.isForgotten = true;
  }),
);

async function mustBeFresh({ world, log }: Real): Promise<void> {
  const found = await world.differences();
  if (found.length > 0) throw new Error(`${found.join('\n')}\nafter ${log.join('; ')}`);
}

async function walk(commands: Iterable<Command>): Promise<void> {
  const world = await DeployWorld.create();
  try {
    const home: SourcePage = { body: 'home' };
    const model: Model = { pages: new Map([['/', home]]), history: [], versions: 0 };
    const real: Real = { world, builds: [], log: [], live: undefined, isForgotten: false };
    await fc.asyncModelRun(() => ({ model, real }), commands);
    await world.visitAll();
    real.log.push('the last deploy');
    await world.site.deploy(Object.fromEntries(model.pages));
    await mustBeFresh(real);
  } finally {
    await world.close();
  }
}

test('whatever happens, in whatever order, an apply that says it is done leaves nothing old at the edge', async ({
  expect,
}) => {
  const weights = [
    edit,
    edit,
    retag,
    remove,
    rollBack,
    plan,
    planTwice,
    upload,
    upload,
    ship,
    ship,
    ship,
  ];
  const commands = [...weights, apply, apply, apply, visit, visit, wait, lose];
  const walks = fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 40, size: 'max' }), walk),
    {
      seed: SEED,
      numRuns: WALKS,
      endOnFailure: false,
      interruptAfterTimeLimit: 150_000,
    },
  );
  await expect(walks).resolves.toBeUndefined();
}, 200_000);
