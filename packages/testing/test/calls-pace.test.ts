import { describe, onTestFinished, test } from 'vitest';

import { startEdge } from '@freshtag/edge';

import { runNode } from '../src/index.ts';
import { credentials, domain } from './world.ts';

const CORE = import.meta.resolve('@freshtag/core').replace(/src\/index\.ts$/, 'dist/index.mjs');

/** An edge as strict as a rate of five calls a second, and a process that calls it, by real clocks. */
async function callFrom(script: (options: string) => string) {
  const edge = await startEdge({
    domains: { [domain]: 'http://127.0.0.1:1' },
    maxCallsPerSecond: 5,
  });
  onTestFinished(() => edge.close());
  const options = JSON.stringify({ endpoint: edge.apiUrl, domain, credentials });
  const source = `import * as core from ${JSON.stringify(CORE)}; ${script(options)}`;
  const ended = await runNode(['--input-type=module', '-e', source]);
  if (ended.exitCode !== 0) throw new Error(ended.stderr);
  return edge.refreshes;
}

// By real clocks, since what is tested is how long a process takes to load and to connect. They run side by side.
describe.concurrent('the cloud is never asked more often than it allows', () => {
  test('by a fresh process, whose first call has to load and to connect', async ({ expect }) => {
    const refreshes = await callFrom(
      (options) => `const client = core.createDcdnClient(${options});
        const call = { domainName: ${JSON.stringify(domain)}, cacheTags: ['a'], force: true };
        for (let calls = 0; calls < 11; calls += 1)
          await core.refreshObjectCacheByCacheTag(client, call);`,
    );
    expect(refreshes.map(({ outcome }) => outcome)).toEqual(Array(11).fill('accepted'));
  });

  test('by many refreshes that begin at once, each with a client of its own', async ({
    expect,
  }) => {
    const refreshes = await callFrom(
      (options) => `await Promise.all(Array.from({ length: 12 }, (_, id) =>
        core.refresh(['t' + id], ${options})));`,
    );
    expect(refreshes.map(({ outcome }) => outcome)).toEqual(Array(12).fill('accepted'));
  });
});
