import { CacheLayer, type LayerOptions } from './cache/cache-layer.ts';
import type { Upstream } from './cache/exchange.ts';
import { FillBudget } from './cache/fill-budget.ts';
import type { Shelf } from './cache/shelf.ts';
import type { ResolvedCacheOptions } from './cache-options.ts';
import type { EventLog } from './events.ts';
import type { FaultQueue } from './faults/fault-queue.ts';
import { SECOND_LAYER, type ResolvedOptions } from './options.ts';
import { createNetwork, type Network } from './proxy/network.ts';
import { createOrigins } from './proxy/origin.ts';

export interface Caches {
  /** Those that visitors reach, and the second layer before them. */
  readonly layers: readonly CacheLayer[];
  readonly network: Network;
  close(): Promise<void>;
}

// Bodies on their way, in all caches together.
const MAX_FILL_BYTES = 256 * 1024 * 1024;

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
  const file = cache.file === undefined ? undefined : await openShelves(cache.file);
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
      maxObjectBytes: Math.min(cache.maxObjectBytes, cache.maxBytes),
      onEvent: log.add,
    });
  const second =
    secondLayer === false
      ? undefined
      : layer({ name: SECOND_LAYER, ...secondLayer }, (request) => origins.fetch(request));
  const behind: Upstream = (request) =>
    second === undefined ? origins.fetch(request) : second.fetch(request);
  const points = options.pointsOfPresence.map((point) => layer(point, behind));
  const layers = second === undefined ? points : [second, ...points];
  return {
    layers,
    network: createNetwork({ points, layers, origins, invalidates: cache.invalidates }),
    close: async () => {
      await origins.close();
      file?.close();
    },
  };
}

interface Shelves {
  shelfOf(layer: string): Shelf;
  close(): void;
}

/** Loads `node:sqlite` only where it is asked for. */
async function openShelves(path: string): Promise<Shelves> {
  const [{ openSqliteFile }, { SqliteShelf }] = await Promise.all([
    import('./cache/sqlite-file.ts'),
    import('./cache/sqlite-shelf.ts'),
  ]);
  const database = await openSqliteFile(path);
  return {
    shelfOf: (layer) => new SqliteShelf(database, layer),
    close: () => {
      if (database.isOpen) database.close();
    },
  };
}
