import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { onTestFinished, test } from 'vitest';

import type { StepResult } from '../contract/admin-api.ts';
import type { FreshtagConfig, RelaySettings } from '../server/src/config.ts';
import { loginAsAdmin } from './support/admin.ts';
import { CMS, QUICK } from './support/edge-world.ts';
import { startStrapi } from './support/start-strapi.ts';

const SECRET = 'testsecret';

const noKey: RelaySettings = { ...QUICK, profileFiles: false, env: {} };
delete (noKey as { credentials?: unknown }).credentials;

const BROKEN: readonly (readonly [
  name: string,
  relay: RelaySettings | false,
  results: Readonly<Partial<Record<StepResult['step'], string>>>,
])[] = [
  [
    'no key',
    noKey,
    { credentials: 'NO_CREDENTIALS', signature: 'NO_CREDENTIALS', probe: 'NO_CREDENTIALS' },
  ],
  [
    'a function that gives no key, and says one',
    {
      ...QUICK,
      credentials: () => {
        throw new Error(SECRET);
      },
    },
    { credentials: 'NO_CREDENTIALS', permission: 'NO_CREDENTIALS' },
  ],
  [
    'nobody at the address',
    { ...QUICK, endpoint: 'http://127.0.0.1:9' },
    {
      clock: 'ENDPOINT_UNREACHABLE',
      domain: 'NOT_VERIFIED',
      signature: 'ENDPOINT_UNREACHABLE',
      probe: 'ENDPOINT_UNREACHABLE',
    },
  ],
  ['another instance that carries', false, { credentials: 'NOT_VERIFIED', probe: 'NOT_VERIFIED' }],
];

test.for(BROKEN)(
  'with %s the steps say so, and nothing hangs',
  async ([, relay, results], { expect }) => {
    const freshtag: FreshtagConfig = {
      targets: { api: { kind: 'dynamic', domain: CMS } },
      relay,
    };
    const atlas = await startStrapi({ freshtag });
    if (atlas === undefined) return;
    onTestFinished(atlas.stop);
    const admin = await loginAsAdmin(atlas);
    for (const [name, code] of Object.entries(results)) {
      const path = `/freshtag/settings/test/${name}`;
      const answer = await admin.call('POST', path, { target: 'api' });
      expect([name, answer.body.problem?.code]).toEqual([name, code]);
      expect(answer.text).not.toContain(SECRET);
    }
    const summary = await admin.call('GET', '/freshtag/summary');
    expect([summary.status, summary.body.quota]).toEqual([200, undefined]);
    expect((await admin.call('GET', '/freshtag/settings')).status).toBe(200);
  },
);

test('a clock that is far off is seen', async ({ expect }) => {
  const server = createServer((_request, answer) => {
    answer.setHeader('date', new Date(Date.now() - 20 * 60_000).toUTCString()).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const relay = { ...QUICK, endpoint: `http://127.0.0.1:${port}` };
  const atlas = await startStrapi({
    freshtag: { targets: { api: { kind: 'dynamic', domain: CMS } }, relay },
  });
  if (atlas === undefined) return;
  onTestFinished(atlas.stop);
  const admin = await loginAsAdmin(atlas);
  const { body } = await admin.call('POST', '/freshtag/settings/test/clock', { target: 'api' });
  expect(body).toMatchObject({ result: 'failed', problem: { code: 'CLOCK_SKEWED' } });
  expect(body.seen).toMatch(/^1(200|199|201) s$/);
});
