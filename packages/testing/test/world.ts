import { type Clock } from '@freshtag/core';
import { collectManifest, type Manifest } from '@freshtag/core/site';
import { startEdge, type Edge } from '@freshtag/edge';

import { startOrigin, temporaryFolder, type Origin } from '../src/index.ts';

export const domain = 'www.example.com';
export const credentials = { accessKeyId: 'testid', accessKeySecret: 'testsecret' };

/** A clock that passes only while somebody sleeps, second by second; visitors come in between. */
export class SecondsClock implements Clock {
  #nowMs = 0;
  onSecond: ((second: number) => Promise<void>) | undefined;

  now(): number {
    return this.#nowMs;
  }

  async sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    const endMs = this.#nowMs + delayMs;
    while (this.#nowMs < endMs) {
      signal?.throwIfAborted();
      this.#nowMs = Math.min(endMs, this.#nowMs + 1000);
      await this.onSecond?.(this.#nowMs / 1000);
    }
  }
}

/** A site of two pages, its origin and an edge before it, on one clock. */
export interface World {
  readonly clock: SecondsClock;
  readonly origin: Origin;
  readonly edge: Edge;
  /** Folder of the built site. */
  readonly dir: string;
  /** What every refresh of this domain needs. */
  readonly options: {
    readonly domain: string;
    readonly credentials: typeof credentials;
    readonly endpoint: string;
    readonly clock: Clock;
    readonly pollIntervalMs: number;
  };
  /** The origin serves the folder as it is now, with its tags. */
  deploy(): void;
  manifest(): Manifest;
  ask(
    point: string,
    path?: string,
  ): Promise<{ readonly body: string; readonly cache: string | null }>;
  close(): Promise<void>;
}

export async function createWorld(delaysMs: {
  first: number;
  second: number;
  layer: number;
}): Promise<World> {
  const clock = new SecondsClock();
  const dir = temporaryFolder({ 'index.html': 'old', 'other/index.html': 'same' });
  const origin = await startOrigin();
  const edge = await startEdge({
    domains: { [domain]: origin.url },
    clock,
    pointsOfPresence: [
      { name: 'pop-1', propagationDelayMs: delaysMs.first },
      { name: 'pop-2', propagationDelayMs: delaysMs.second },
    ],
    secondLayer: { propagationDelayMs: delaysMs.layer },
    // The clock waits for visitors; one who waited for a fetch that is held would stop it.
    cache: { deduplicates: false },
  });
  const manifest = (): Manifest => collectManifest({ dir });
  const deploy = (): void => origin.deploy(dir, manifest());
  deploy();
  return {
    clock,
    origin,
    edge,
    dir,
    deploy,
    manifest,
    options: { domain, credentials, endpoint: edge.apiUrl, clock, pollIntervalMs: 1000 },
    ask: async (point, path = '/') => {
      const response = await fetch(edge.url + path, { headers: { 'x-edge-pop': point } });
      return {
        body: await response.text(),
        cache: response.headers.get('x-cache')?.split(' ', 1)[0] ?? null,
      };
    },
    close: async () => {
      await edge.close();
      await origin.close();
    },
  };
}
