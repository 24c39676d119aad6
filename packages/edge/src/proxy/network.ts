import { Agent, interceptors, type Dispatcher } from 'undici';

import { answerConditionals, notice, renewOnNotModified } from '../cache/interceptors.ts';
import type { Layer } from '../cache/layer.ts';

/** How a request finds its way through the caches to the origin. */
export interface Network {
  /** Address of the origin. */
  readonly origin: string;
  /** The point of presence of that name; without a name, the first. */
  find(name: string | undefined): Point | undefined;
  /** Straight to the origin: requests that are never cached. */
  readonly direct: Dispatcher;
  close(): Promise<void>;
}

export interface Point {
  readonly name: string;
  /** A way to the origin through this point's cache and the second layer, for one request. */
  route(onMiss: () => void): Dispatcher;
}

export function createNetwork(
  origin: string,
  second: Layer,
  points: readonly { readonly name: string; readonly layer: Layer }[],
): Network {
  const agent = new Agent();
  const behind = agent.compose(...cachedBy(second));
  const all = points.map(({ name, layer }): Point => {
    const own = cachedBy(layer);
    return { name, route: (onMiss) => behind.compose(notice(onMiss), ...own) };
  });
  return {
    origin,
    find: (name) => (name === undefined ? all[0] : all.find((point) => point.name === name)),
    direct: agent,
    close: () => agent.destroy(),
  };
}

/** From the origin's side to the visitor's. */
function cachedBy(layer: Layer): Dispatcher.DispatcherComposeInterceptor[] {
  return [
    renewOnNotModified(layer),
    interceptors.cache({ store: layer, methods: ['GET'], type: 'shared' }),
    answerConditionals,
  ];
}
