import type { Edge } from '@freshtag/edge';

import { SITE_DOMAIN } from './domains.mts';
import { ask } from './visitor.mts';
import type { World } from './world.mts';

/** What one step of the demo does. */
export interface Change {
  readonly id: string;
  readonly title: string;
  /** Whether visitors shall see it. */
  readonly isPublic: boolean;
  /** A country whose page is not there afterwards. */
  readonly gone?: string;
  /** @returns what else goes on until it ends, if anything does */
  readonly make: (world: World) => Promise<void | (() => Promise<void>)>;
}

const COUNTRY = '/collection-types/api::country.country';
const REGION = '/collection-types/api::region.region';

export const CHANGES: readonly Change[] = [
  {
    id: 'rename',
    title: 'a country renamed and published',
    isPublic: true,
    make: (world) => publish(world, 'germany', { name: 'Germania' }),
  },
  {
    id: 'draft',
    title: 'a draft saved',
    isPublic: false,
    make: ({ cms }) =>
      cms.edit('PUT', `${COUNTRY}/${cms.idOf('country', 'spain')}?locale=en`, { name: 'Hispania' }),
  },
  {
    id: 'rolled-back',
    title: 'a change rolled back',
    isPublic: false,
    make: rollBack,
  },
  {
    id: 'region',
    title: 'a region renamed',
    isPublic: true,
    make: ({ cms }) =>
      cms.edit('PUT', `${REGION}/${cms.idOf('region', 'europe')}?locale=en`, { name: 'Occident' }),
  },
  {
    id: 'slow-fetch',
    title: 'a country renamed, a slow fetch under way',
    isPublic: true,
    make: renameDuringFetch,
  },
  {
    id: 'unpublish',
    title: 'a country unpublished',
    isPublic: true,
    gone: 'kenya',
    make: ({ cms }) =>
      cms.edit('POST', `${COUNTRY}/${cms.idOf('country', 'kenya')}/actions/unpublish`, {
        locale: 'en',
      }),
  },
  {
    id: 'again',
    title: '… and published again',
    isPublic: true,
    make: (world) => publish(world, 'kenya', {}),
  },
];

async function publish({ cms }: World, code: string, data: object): Promise<void> {
  const path = `${COUNTRY}/${cms.idOf('country', code)}/actions/publish?locale=en`;
  await cms.edit('POST', path, data);
}

/** A program of the editors' publishes two countries at once, or none. */
async function rollBack({ cms }: World): Promise<void> {
  const failure = new Error('the second one has a mistake');
  const transaction = cms.strapi.db.transaction(async () => {
    await cms.strapi.documents('api::country.country').update({
      documentId: cms.idOf('country', 'france'),
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the app's types are not generated
      data: { name: 'Gaul' } as never,
      status: 'published',
    });
    throw failure;
  });
  await transaction.catch((error: unknown) => {
    if (error !== failure) throw error;
  });
}

/** The site has rendered the old page, and sends it when the first refresh of it is over. */
async function renameDuringFetch(world: World): Promise<() => Promise<void>> {
  const { cms, site, edge, auditor, www } = world;
  const path = `/countries/${cms.idOf('country', 'japan')}?from=mail`;
  const hold = site.holdNext(path);
  const [point] = www.points;
  if (point === undefined) throw new Error('the edge has no point of presence');
  const fetched = ask(point, path);
  await hold.rendered;
  await publish(world, 'japan', { name: 'Nippon' });
  return async () => {
    await firstRefresh(edge, www.points.length + 1);
    hold.release();
    await fetched;
    auditor.watch(SITE_DOMAIN, www, [path]);
    await auditor.readTruth();
  };
}

/** Resolves when a refresh of the site has reached all caches that there are. */
async function firstRefresh(edge: Edge, caches: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const reached = new Set<string>();
  let task: string | undefined;
  const stop = edge.onEvent((event) => {
    if (event.type === 'refresh' && event.domain === SITE_DOMAIN) task ??= event.taskId;
    if (event.type === 'effect' && event.taskId === task) reached.add(event.layer);
    if (reached.size === caches) resolve();
  });
  await promise;
  stop();
}
