import { invalidOption, type Clock } from '@freshtag/core';

import type { CacheLayer } from './cache/cache-layer.ts';
import { listObjects } from './inspect/objects.ts';
import { listTags } from './inspect/tags.ts';
import type { Paging } from './inspect/paging.ts';

/** One cache of the network at this moment. */
export interface LayerState {
  readonly name: string;
  readonly kind: 'point' | 'second-layer';
  readonly propagationDelayMs: number;
  /** Stored responses that no refresh with force has reached. */
  readonly objects: number;
  /** What these take: an estimate of the index included. */
  readonly sizeBytes: number;
  /** Most bytes that it stores. */
  readonly maxBytes: number;
  /** Requests that it has answered alone. */
  readonly hits: number;
  /** Requests for which it had to ask behind. */
  readonly misses: number;
  /** Refreshes on their way to it, in the order in which they were asked for. */
  readonly pendingRefreshes: readonly PendingRefresh[];
}

export interface PendingRefresh {
  readonly taskId: string;
  /** By the edge's clock. */
  readonly dueAtMs: number;
}

/** Which stored responses are meant. Default: all. */
export interface ObjectQuery extends Paging {
  /** Name of a cache. */
  readonly layer?: string | undefined;
  readonly domain?: string | undefined;
  readonly tag?: string | undefined;
  /** Part of the path, whatever its case. */
  readonly text?: string | undefined;
}

/** One stored response in one cache. */
export interface StoredObject {
  readonly layer: string;
  readonly domain: string;
  /** With the query. */
  readonly path: string;
  readonly status: number;
  readonly tags: readonly string[];
  /** Of its body. */
  readonly lengthBytes: number;
  readonly ageSeconds: number;
  /** Seconds that it stays fresh; below 0 once it is stale. */
  readonly ttlSeconds: number;
  /**
   * `stale`: too old. `expired`: a refresh without force has reached it. Before either of them is served
   * again, the origin is asked whether it still holds.
   */
  readonly state: 'fresh' | 'stale' | 'expired';
  /** How often it was served from here. */
  readonly hits: number;
  /** Of which variant it is: values of the request headers that `Vary` names. */
  readonly variant?: Readonly<Record<string, string>>;
}

export interface ObjectPage {
  /** All that the query means, whatever part of them is given. */
  readonly total: number;
  /** By path; those of one path in the order of the caches. */
  readonly objects: readonly StoredObject[];
}

/** Which tags are meant. Default: all. */
export interface TagQuery extends Paging {
  readonly domain?: string | undefined;
  /** This one. */
  readonly tag?: string | undefined;
  /** Part of the tag, whatever its case. */
  readonly text?: string | undefined;
}

/** A tag of one domain. */
export interface TagState {
  readonly domain: string;
  readonly tag: string;
  /** How many stored responses carry it, by the name of the cache. */
  readonly objects: Readonly<Record<string, number>>;
}

export interface TagPage {
  readonly total: number;
  /** The one on most responses first. */
  readonly tags: readonly TagState[];
}

/** Looks at what the caches hold. Every look has the refreshes take effect first that are due. */
export interface Inspection {
  /** All caches, the one nearest to the origin first. */
  layers(): readonly LayerState[];
  /** @throws FreshtagError `INVALID_OPTION` for a cache or domain that does not exist */
  objects(query?: ObjectQuery): ObjectPage;
  /** @throws FreshtagError `INVALID_OPTION` for a domain that does not exist */
  tags(query?: TagQuery): TagPage;
}

export interface InspectionOptions {
  readonly layers: readonly CacheLayer[];
  /** Name of the layer that is no point of presence. */
  readonly secondLayer: string;
  readonly domains: readonly string[];
  readonly clock: Pick<Clock, 'now'>;
}

export function createInspection(options: InspectionOptions): Inspection {
  const { layers, secondLayer, domains, clock } = options;
  const stored = createCounter();
  return {
    layers: () => {
      for (const layer of layers) layer.catchUp();
      return layers.map((layer) => ({
        name: layer.name,
        kind: layer.name === secondLayer ? 'second-layer' : 'point',
        propagationDelayMs: layer.propagationDelayMs,
        ...stored(layer),
        maxBytes: layer.maxBytes,
        hits: layer.hits,
        misses: layer.misses,
        pendingRefreshes: layer.pendingRefreshes,
      }));
    },
    objects: (query = {}) => {
      const names = layers.map(({ name }) => name);
      checkName('layer', query.layer, names);
      checkName('domain', query.domain, domains);
      const asked = layers.filter(({ name }) => name === (query.layer ?? name));
      return listObjects(asked, query, clock.now());
    },
    tags: (query = {}) => {
      checkName('domain', query.domain, domains);
      return listTags(layers, query);
    },
  };
}

/** Counts a layer anew only when it can have changed: there may be hundreds of thousands of entries. */
function createCounter(): (layer: CacheLayer) => Pick<LayerState, 'objects' | 'sizeBytes'> {
  const counted = new WeakMap<
    CacheLayer,
    { readonly version: number; readonly objects: number; readonly sizeBytes: number }
  >();
  return (layer) => {
    const { version } = layer.store;
    const known = counted.get(layer);
    if (known?.version === version) return { objects: known.objects, sizeBytes: known.sizeBytes };
    let [objects, sizeBytes] = [0, 0];
    for (const entry of layer.store.all()) {
      objects += 1;
      sizeBytes += entry.sizeBytes;
    }
    counted.set(layer, { version, objects, sizeBytes });
    return { objects, sizeBytes };
  };
}

function checkName(option: string, name: string | undefined, names: readonly string[]): void {
  if (name === undefined || names.includes(name)) return;
  throw invalidOption(option, name, `one of ${names.join(', ')}`);
}
