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

/** What `--json` prints, see the README of the command. */
interface Printed {
  readonly command: string;
  readonly ok: boolean;
  readonly exitCode: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- each command has its own; a wrong field fails the test
  readonly result?: any;
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly recovery: string;
    readonly apiCode?: string;
  };
}

/** A folder with a built site of two pages, its origin and an edge that obeys at once. */
export interface CommandWorld {
  readonly cwd: string;
  readonly origin: Origin;
  readonly edge: Edge;
  readonly stateFile: string;
  readonly manifestFile: string;
  /** The environment in which the command finds the key and the edge. */
  readonly env: Readonly<Record<string, string>>;
  freshtag(
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
    input?: string,
  ): Promise<Ended>;
  /** The same with --json: what it printed, which must be one object on one line. */
  json(
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
    input?: string,
  ): Promise<Printed>;
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
    domains: { [domain]: origin.url },
    pointsOfPresence: [{ name: 'pop', propagationDelayMs: 0 }],
    secondLayer: { propagationDelayMs: 0 },
  });
  // The home of whoever runs the tests may hold keys.
  const env = { ...key, FRESHTAG_ENDPOINT: edge.apiUrl, HOME: join(cwd, 'home') };
  const freshtag: CommandWorld['freshtag'] = (args, more = {}, input) =>
    runNode([FRESHTAG, ...args], {
      cwd,
      env: { ...env, ...more },
      ...(input === undefined ? {} : { input }),
    });
  const manifestFile = join(files, 'manifest.json');
  return {
    cwd,
    origin,
    edge,
    env,
    manifestFile,
    stateFile: join(files, 'edge-state.json'),
    freshtag,
    json: async (args, more, input) => {
      const { stdout, exitCode } = await freshtag([...args, '--json'], more, input);
      const printed: Printed = JSON.parse(stdout);
      if (printed.exitCode === exitCode && stdout.trimEnd().split('\n').length === 1)
        return printed;
      throw new Error(`one line with exit code ${exitCode} was expected, not ${stdout}`);
    },
    deploy: () => origin.deploy(join(cwd, 'dist'), manifestFile),
    ask: async (path) => {
      const response = await fetch(edge.url + path);
      return `${response.headers.get('x-cache')?.split(' ', 1)[0]} ${await response.text()}`;
    },
    close: async () => {
      await edge.close();
      await origin.close();
    },
  };
}
