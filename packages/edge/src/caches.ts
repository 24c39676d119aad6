import { rmSync } from 'node:fs';

import { invalidOption } from '@freshtag/core';

import { CacheLayer, type LayerOptions } from './cache/cache-layer.ts';
import type { Upstream } from './cache/exchange.ts';
import { FillBudget } from './cache/fill-budget.ts';
import type { Shelf } from './cache/shelf.ts';
import type { ResolvedCacheOptions } from './cache-options.ts';
import type { EventLog } from './events.ts';
import type { FaultQueue } from './faults/fault-queue.ts';
import { layerNames, SECOND_LAYER, type ResolvedOptions } from './options.ts';
import { createNetwork, type Network } from './proxy/network.ts';
import { createOrigins } from './proxy/origin.ts';

export interface Caches {
  /** Those that visitors reach, and the second layer before them. */
  readonly layers: readonly CacheLayer[];
  readonly network: Network;
  close(): Promise<void>;
}

// Bodies on their way, in all caches together.
const MAX_FILL_BYTES = 128 * 1024 * 1024;

/** The caches of the network, one behind the other, and the origins behind them. */
export async function createCaches(
  options: Pick<ResolvedOptions, 'sites' | 'clock' | 'pointsOfPresence' | 'secondLayer'> & {
    readonly cache: ResolvedCacheOptions;
  },
  { log, faults }: { readonly log: EventLog; readonly faults: FaultQueue },
): Promise<Caches> {
  const { sites, clock, secondLayer, cache } = options;
  const origins = createOrigins({ sites, clock, faults, ...cache });
  const budget = new FillBudget(MAX_FILL_BYTES);
  const file =
    cache.file === undefined ? undefined : await openShelves(cache.file, layerNames(options));
  let layers: readonly CacheLayer[] = [];
  const loseFile = (): void => {
    for (const each of layers) each.store.dropShelf();
    file?.giveUp();
  };
  const layer = (
    { name, propagationDelayMs }: Pick<LayerOptions, 'name' | 'propagationDelayMs'>,
    upstream: Upstream,
  ): CacheLayer =>
    new CacheLayer({
      name,
      propagationDelayMs,
      upstream,
      clock,
      budget,
      collapses: cache.deduplicates,
      limits: cache,
      shelf: file?.shelfOf(name),
      onShelfLost: loseFile,
      maxObjectBytes: Math.min(cache.maxObjectBytes, cache.maxBytes),
      onEvent: log.add,
    });
  try {
    const second =
      secondLayer === false
        ? undefined
        : layer({ name: SECOND_LAYER, ...secondLayer }, origins.fetch);
    const behind: Upstream =
      second === undefined ? origins.fetch : (request) => second.fetch(request);
    const points = options.pointsOfPresence.map((point) => layer(point, behind));
    layers = second === undefined ? points : [second, ...points];
    return {
      layers,
      network: createNetwork({ points, layers, origins, invalidates: cache.invalidates }),
      close: async () => {
        await origins.close();
        file?.close();
      },
    };
  } catch (error) {
    file?.close();
    const reason = error instanceof Error ? error.message : String(error);
    throw invalidOption(
      'cache.file',
      cache.file,
      `a file that can be read (${reason}): delete it, or name another`,
    );
  }
}

interface Shelves {
  shelfOf(layer: string): Shelf;
  /** What is in the file may not be served any more. A full disk lets files be deleted. */
  giveUp(): void;
  close(): void;
}

/** Loads `node:sqlite` only where it is asked for. */
async function openShelves(path: string, layers: readonly string[]): Promise<Shelves> {
  const [{ openSqliteFile }, { SqliteShelf }] = await Promise.all([
    import('./cache/sqlite-file.ts'),
    import('./cache/sqlite-shelf.ts'),
  ]);
  const database = await openSqliteFile(path, layers);
  const close = (): void => {
    if (database.isOpen) database.close();
  };
  return {
    shelfOf: (layer) => new SqliteShelf(database, layer),
    giveUp: () => {
      close();
      for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
    },
    close,
  };
}
