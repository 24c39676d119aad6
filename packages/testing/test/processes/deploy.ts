// A deploy of its own, step by step: says what it is about to do, and goes on when it is told to. May
// kill itself at a write of the edge state, as a machine that stops would.
// usage: node deploy.ts JSON
import { createInterface } from 'node:readline';

import {
  announceDeploy,
  applyPlan,
  deployFiles,
  openStateStore,
  prepareDeploy,
  type StateStore,
} from '@freshtag/core/site';

interface Deploy {
  readonly dir: string;
  readonly domain: string;
  readonly directory: string;
  readonly state: string;
  readonly endpoint: string;
  /** Which write of the edge state is the last one, and whether it still happens. */
  readonly kill?: { readonly write: number; readonly when: 'before' | 'after' };
}

const { dir, domain, directory, state, endpoint, kill } = JSON.parse(
  process.argv[2] ?? '{}',
) as Deploy;
const site = { domain, environment: 'production' };
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function step(name: string): Promise<void> {
  process.stdout.write(`${name}\n`);
  await lines.next();
}

let writes = 0;
function mortal(store: StateStore): StateStore {
  return {
    ...store,
    write: async (text, options) => {
      writes += 1;
      if (kill?.write === writes && kill.when === 'before') process.kill(process.pid, 'SIGKILL');
      const version = await store.write(text, options);
      if (kill?.write === writes && kill.when === 'after') process.kill(process.pid, 'SIGKILL');
      return version;
    },
  };
}

const store = mortal(openStateStore(state, { ...site, cwd: process.cwd() }));
const files = deployFiles(directory, site);
const prepared = await prepareDeploy({ ...site, store, dir });
await step('prepared');
const announced = await announceDeploy(prepared, { files, store });
await step('announced');
const credentials = { accessKeyId: 'testid', accessKeySecret: 'testsecret' };
await applyPlan(announced.plan, {
  store,
  endpoint,
  credentials,
  secondPassDelayMs: 0,
  edgeLayers: 1,
  pollIntervalMs: 20,
});
await step('applied');
process.exit();
