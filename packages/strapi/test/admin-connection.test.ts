import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createKnexOutbox, newChange } from '@freshtag/core/relay';
import { type Edge } from '@freshtag/edge';
import { startGate, type Gate } from '@freshtag/testing/gate';
import { afterAll, beforeAll, describe, onTestFinished, test } from 'vitest';

import {
  CONNECTION_STEPS,
  RIGHTS,
  type SettingsView,
  type StepResult,
  type Summary,
  type TagSearch,
} from '../contract/admin-api.ts';
import { loginAsAdmin, type Admin } from './support/admin.ts';
import { loginWith } from './support/roles.ts';
import { CMS, documentsOf, startBehindEdge, until, type EdgeWorld } from './support/edge-world.ts';

const COUNTRY = 'api::country.country';

describe('on a connection that works', () => {
  let world: EdgeWorld | undefined;
  let admin: Admin;
  /** Addresses of the origin and of the edge that are known before they are there. */
  let gates: readonly [Gate, Gate];

  beforeAll(async () => {
    gates = [await startGate(), await startGate()];
    const [origin, edgeGate] = gates;
    world = await startBehindEdge('sqlite', {
      targets: {
        api: { kind: 'dynamic', domain: CMS, verify: { origin: origin.url, edge: edgeGate.url } },
        plain: { kind: 'dynamic', domain: 'www.example.com' },
        foreign: { kind: 'dynamic', domain: 'foreign.example.com' },
        blog: { kind: 'rebuilt', hook: { url: 'http://127.0.0.1:9/very-secret' }, after: 'api' },
      },
      types: { [COUNTRY]: { urls: `https://${CMS}/api/countries/{documentId}` } },
    });
    if (world === undefined) return;
    origin.open(world.atlas.url);
    edgeGate.open(world.edge.url);
    admin = await loginAsAdmin(world.atlas);
  });
  afterAll(async () => {
    await world?.stop();
    for (const gate of gates) await gate.close();
  });

  const edge = (): Edge => {
    if (world === undefined) throw new Error('there is no edge');
    return world.edge;
  };
  const step = async (name: string, target = 'api'): Promise<StepResult> => {
    const answer = await admin.call('POST', `/freshtag/settings/test/${name}`, { target });
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
    // Neither key nor hook is in any answer.
    if (/testsecret|very-secret|testid/.test(answer.text)) throw new Error(answer.text);
    return answer.body;
  };
  /** Rows for the domain that is not there are parked. */
  const atRest = async (): Promise<void> => {
    const knex = world?.atlas.strapi.db.connection;
    if (knex === undefined) throw new Error('there is no Strapi');
    const store = createKnexOutbox({ knex, environment: 'production' });
    await until(async () => {
      const { waiting, batches } = await store.statistics();
      return waiting + batches === 0;
    });
  };
  /** Once the relay is at rest, which would get the answer itself. */
  const refuse = async (code: string, times = 1, status = 400): Promise<void> => {
    await atRest();
    edge().injectFault({ kind: 'refused', status, code, message: 'No.', times });
  };

  test('its calls take turns with those of the relay', async ({ expect }) => {
    if (world === undefined) return;
    await atRest();
    const { connection } = world.atlas.strapi.db;
    const turns = (): Promise<unknown> => connection('freshtag_turn').orderBy('slot').select('*');
    const before = await turns();
    expect(await step('signature')).toMatchObject({ result: 'passed' });
    expect(await turns()).not.toEqual(before);
  });

  test('every step passes, in order', async ({ expect }) => {
    if (world === undefined) return;
    const { documentId } = await documentsOf(world).create({
      data: { name: 'Germany', code: 'de' },
      status: 'published',
    });
    await world.atlas.get(`countries/${documentId}`);
    const before = edge().refreshes.length;
    const seen: unknown[] = [];
    for (const name of CONNECTION_STEPS) seen.push(await step(name));
    expect(seen).toMatchObject([
      { step: 'credentials', result: 'passed', seen: '*** (relay.credentials)' },
      { step: 'clock', result: 'passed', seen: expect.stringMatching(/^[01] s$/) },
      { step: 'signature', result: 'passed' },
      { step: 'permission', result: 'passed' },
      { step: 'domain', result: expect.stringMatching(/passed|unknown/) },
      { step: 'origin-header', result: 'passed', seen: expect.stringContaining('Cache-Tag: 2') },
      { step: 'edge-header', result: 'passed', seen: expect.stringContaining('HTTP 200') },
      { step: 'probe', result: 'passed' },
    ]);
    const probes = edge()
      .refreshes.slice(before)
      .filter(({ domain, tags }) => domain === CMS && tags.includes('freshtag:probe'));
    expect(probes).toHaveLength(1);
    await until(async () => (await step('domain')).result === 'passed');
  });

  test.for([
    ['SignatureDoesNotMatch', 'signature', 'SIGNATURE_REFUSED'],
    ['InvalidAccessKeyId.NotFound', 'signature', 'KEY_REFUSED'],
    ['InvalidAccessKeyId.Inactive', 'permission', 'KEY_REFUSED'],
    ['InvalidTimeStamp.Expired', 'signature', 'CLOCK_SKEWED'],
    ['Forbidden.RAM', 'permission', 'FORBIDDEN'],
    ['NoPermission', 'permission', 'FORBIDDEN'],
    ['InvalidDomain.NotFound', 'probe', 'DOMAIN_REFUSED'],
    ['Forbidden.RAM', 'probe', 'FORBIDDEN'],
    ['OperationDenied', 'probe', 'SERVICE_NOT_OPEN'],
    ['QuotaExceeded.Refresh', 'probe', 'QUOTA_EXCEEDED'],
  ] as const)('%s fails the step %s', async ([code, name, problem], { expect }) => {
    await refuse(code);
    expect(await step(name)).toMatchObject({ result: 'failed', problem: { code: problem } });
    expect((await step(name)).result).toBe('passed');
  });

  test.for([
    ['Throttling.User', 'signature', 'THROTTLED'],
    ['InternalError', 'permission', 'CLOUD_BUSY'],
    ['QuotaExceeded.Refresh', 'permission', 'QUOTA_EXCEEDED'],
  ] as const)(
    'after %s nothing is known of the step %s',
    async ([code, name, problem], { expect }) => {
      await refuse(code);
      expect(await step(name)).toMatchObject({ result: 'unknown', problem: { code: problem } });
    },
  );

  test('who may refresh but not ask for quotas has a good signature', async ({ expect }) => {
    await refuse('Forbidden.RAM', 1, 403);
    expect(await step('signature')).toMatchObject({ result: 'passed', seen: /Quota/ });
  });

  test('an answer that is none of the API is said to be so, and shows no key', async ({
    expect,
  }) => {
    for (const kind of ['html', 'truncated', 'cut'] as const) {
      edge().injectFault({ kind });
      expect(await step('signature')).toMatchObject({ result: 'failed' });
    }
  });

  test('what cannot be found out is said to be unknown, with the reason', async ({ expect }) => {
    expect(await step('domain', 'foreign')).toMatchObject({
      result: 'failed',
      problem: { code: 'DOMAIN_REFUSED' },
    });
    expect(await step('probe', 'foreign')).toMatchObject({
      result: 'failed',
      problem: { code: 'DOMAIN_REFUSED' },
    });
    for (const name of ['origin-header', 'edge-header']) {
      const { result, problem } = await step(name, 'plain');
      expect([name, result]).toEqual([name, 'unknown']);
      expect(problem?.message).toContain('targets.plain.verify.origin');
    }
    for (const name of CONNECTION_STEPS)
      expect([name, (await step(name, 'blog')).result]).toEqual([name, 'unknown']);
  });

  test('a domain that was refused, and taken since, is the account’s; why, the reader may not know', async ({
    expect,
    skip,
  }) => {
    if (world === undefined) {
      skip();
      return;
    }
    const outbox = world.atlas.strapi.db.connection('freshtag_outbox');
    const change = newChange();
    await outbox.clone().insert({
      environment: 'production',
      domain: 'www.example.com',
      tag: 'refused',
      forced: 1,
      change_id: change,
      appended_at_ms: Date.now(),
      state: 'parked',
      problem_code: 'DOMAIN_REFUSED',
      problem_message: 'No country:a1.',
    });
    const path = '/freshtag/settings/test/domain';
    const reader = await loginWith(world.atlas, [{ action: RIGHTS.settings }]);
    for (const [who, message] of [
      [admin, 'No country:a1.'],
      [reader, 'No …'],
    ] as const) {
      const { body } = await who.call('POST', path, { target: 'plain' });
      expect(body).toMatchObject({ result: 'failed', problem: { message } });
    }
    await admin.call('POST', '/freshtag/refresh', { tags: ['a'] });
    await until(async () => (await step('domain', 'plain')).result === 'passed');
    await outbox.clone().where('change_id', change).delete();
  });

  test('only the configuration says who is asked', async ({ expect }) => {
    const bodies: readonly unknown[] = [
      {},
      { target: 'none' },
      { target: '__proto__' },
      { target: ['api'] },
      { target: 'http://127.0.0.1:1/' },
      { target: 'api', endpoint: 'http://127.0.0.1:1' },
      { target: 'api', url: 'http://127.0.0.1:1' },
    ];
    for (const body of bodies) {
      const { status } = await admin.call('POST', '/freshtag/settings/test/probe', body);
      expect([body, status]).toEqual([body, 400]);
    }
    const none = await admin.call('POST', '/freshtag/settings/test/none', { target: 'api' });
    expect(none.status).toBe(404);
    const asked: string[] = [];
    const trap = createServer((request, answer) => {
      asked.push(request.url ?? '');
      answer.end();
    });
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void trap.close());
    const { port } = trap.address() as AddressInfo;
    for (const url of [
      `http://127.0.0.1:${port}/`,
      `http://${CMS}@127.0.0.1:${port}/`,
      `http://127.0.0.1:${port}/?${CMS}`,
      `http://${CMS}.127.0.0.1.nip.io:${port}/`,
      'https://www.example.com/',
      'https:',
    ]) {
      const path = `/freshtag/tags?search=${encodeURIComponent(url)}`;
      const { body } = await admin.call('GET', path);
      expect([url, body.tags, body.page.problem.code]).toEqual([url, [], 'NOT_VERIFIED']);
    }
    expect(asked).toEqual([]);
  });

  test('a page shows its tags, and the entries that they name', async ({ expect }) => {
    if (world === undefined) return;
    const { documentId } = await documentsOf(world).create({
      data: { name: 'France', code: 'fr' },
      status: 'published',
    });
    const find = async (url: string): Promise<TagSearch> => {
      const path = `/freshtag/tags?search=${encodeURIComponent(url)}`;
      return (await admin.call('GET', path)).body;
    };
    const { page, tags } = await find(`https://${CMS}/api/countries/${documentId}?fields=name`);
    expect(page?.status).toBe(200);
    const own = tags.find(({ kind }) => kind === 'locale' || kind === 'entry');
    expect(own).toMatchObject({
      typeName: 'Country',
      entries: [{ title: 'France' }],
      entryTotal: 1,
    });
    const all = tags.find(({ kind }) => kind === 'overflow');
    expect(all).toMatchObject({ tag: 'country:all', entryTotal: expect.any(Number) });
    const gone = await find(`https://${CMS}/api/countries/none`);
    expect(gone).toMatchObject({ tags: [], page: { status: 404 } });
  });

  test('the summary tells calls and quota, and asks for it in the background', async ({
    expect,
  }) => {
    const { body }: { readonly body: Summary } = await admin.call('GET', '/freshtag/summary');
    expect(body.callsToday).toBeGreaterThan(0);
    expect(body.hours).toHaveLength(24);
    const calls = body.hours.reduce((sum, { calls: own }) => sum + own, 0);
    expect(calls).toBeGreaterThanOrEqual(body.callsToday);
    let { quota } = body;
    for (let looks = 0; quota === undefined && looks < 200; looks += 1)
      ({ quota } = (await admin.call('GET', '/freshtag/summary')).body);
    expect(quota).toEqual({ remaining: 10_000, total: 10_000 });
  });

  test('the settings show where each comes from, and no secret', async ({ expect }) => {
    const { text, body }: { readonly text: string; readonly body: SettingsView } = await admin.call(
      'GET',
      '/freshtag/settings',
    );
    expect(text).not.toMatch(/testsecret|very-secret|testid/);
    expect(body.credentials).toEqual({ source: 'relay.credentials', accessKeyId: '***' });
    expect(body.targets.find(({ name }) => name === 'blog')).toEqual({
      name: 'blog',
      kind: 'rebuilt',
      domains: [],
      after: ['api'],
      hookHost: '127.0.0.1',
      canVerify: false,
    });
    const valueOf = (path: string): unknown => body.relay.find((each) => each.path === path);
    expect(valueOf('relay.endpoint')).toMatchObject({ value: edge().apiUrl, from: 'config' });
    expect(valueOf('relay.window.idleMs')).toMatchObject({ value: '30', from: 'config' });
    expect(valueOf('relay.leaseMs')).toMatchObject({ value: '60000', from: 'default' });
    expect(JSON.parse(body.policy).Statement[0].Action).toEqual([
      'dcdn:RefreshDcdnObjectCacheByCacheTag',
      'dcdn:DescribeDcdnRefreshTaskById',
      'dcdn:DescribeDcdnRefreshQuota',
    ]);
  });
});
