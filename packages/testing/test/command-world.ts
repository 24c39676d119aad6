import { join } from 'node:path';

import { startEdge, type Edge } from '@freshtag/edge';

import {
  FRESHTAG,
  runNode,
  startOrigin,
  temporaryFolder,
  type Ended,
  type Origin,
} from '../src/index.ts';

export const domain = 'www.example.com';
const key = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: 'testid',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'testsecret',
};

/** A folder with a built site of two pages, its origin and an edge that obeys at once. */
export interface CommandWorld {
  readonly cwd: string;
  readonly origin: Origin;
  readonly edge: Edge;
  readonly stateFile: string;
  readonly manifestFile: string;
  /** The environment in which the command finds the key and the edge. */
  readonly env: Readonly<Record<string, string>>;
  freshtag(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  /** The origin serves the folder, with the tags of the last plan. */
  deploy(): void;
  /** Whether the edge had it stored, and what it is: `HIT one`. */
  ask(path: string): Promise<string>;
  close(): Promise<void>;
}

export async function createCommandWorld(): Promise<CommandWorld> {
  const cwd = temporaryFolder({ 'dist/index.html': 'one', 'dist/a/index.html': 'a' });
  const files = join(cwd, '.freshtag/production', domain);
  const origin = await startOrigin();
  const edge = await startEdge({
    domain,
    origin: origin.url,
    pointsOfPresence: [{ name: 'pop', propagationDelayMs: 0 }],
    secondLayer: { propagationDelayMs: 0 },
  });
  const env = { ...key, FRESHTAG_ENDPOINT: edge.apiUrl };
  const manifestFile = join(files, 'manifest.json');
  return {
    cwd,
    origin,
    edge,
    env,
    manifestFile,
    stateFile: join(files, 'edge-state.json'),
    freshtag: (args, more = {}) => runNode([FRESHTAG, ...args], { cwd, env: { ...env, ...more } }),
    deploy: () => origin.deploy(join(cwd, 'dist'), manifestFile),
    ask: async (path) => {
      const response = await fetch(edge.url + path);
      return `${response.headers.get('x-cache')} ${await response.text()}`;
    },
    close: async () => {
      await edge.close();
      await origin.close();
    },
  };
}
