import { request } from 'undici';
import { describe, test } from 'vitest';

import { call, JSON_TYPE, post, startControlBench } from './control-support.ts';
import { DOMAIN } from './support.ts';

describe('what the control endpoint refuses', () => {
  test.for([
    ['another name that leads here', { host: 'rebound.example' }],
    ['another name with the port', { host: 'rebound.example:PORT' }],
    ['the right name with another port', { host: '127.0.0.1:1' }],
    ['a name that only begins right', { host: 'localhost.example:PORT' }],
    ['no name', { host: '' }],
  ] as const)('%s, for the page as for everything', async ([, { host }], { expect }) => {
    const { url } = await startControlBench();
    const headers = { host: host.replace('PORT', new URL(url).port) };
    for (const path of ['/', '/api/state', '/api/none'])
      expect(await call(url + path, { headers })).toMatchObject({
        status: 421,
        json: { error: { code: 'HOST_REFUSED', message: expect.stringContaining('127.0.0.1') } },
      });
  });

  test('nobody who asks for localhost', async ({ expect }) => {
    const { url } = await startControlBench();
    const host = `LocalHost:${new URL(url).port}`;
    expect((await call(`${url}/api/state`, { headers: { host } })).status).toBe(200);
  });

  test.for([
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:3000' },
    { origin: 'https://127.0.0.1:PORT' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('another web page, that is %j', async (sent, { expect }) => {
    const { edge, url } = await startControlBench();
    const headers = Object.fromEntries(
      Object.entries(sent).map(([name, value]) => [name, value.replace('PORT', new URL(url).port)]),
    );
    const order = { domain: DOMAIN, tags: ['a'] };
    edge.injectFault({ kind: 'cut' });
    const answers = [
      await call(`${url}/api/state`, { headers }),
      await call(`${url}/api/events/stream`, { headers }),
      await post(`${url}/api/refreshes`, order, headers),
      await post(`${url}/api/faults`, { kind: 'cut' }, headers),
      await call(`${url}/api/faults`, { method: 'DELETE', headers }),
    ];
    for (const { status, json, headers: told } of answers) {
      expect([status, json.error.code]).toEqual([403, 'ORIGIN_REFUSED']);
      expect(Object.keys(told).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    expect([edge.refreshes, edge.pendingFaults().length]).toEqual([[], 1]);
  });

  test('a link from another web page leads to the page, and its own requests pass', async ({
    expect,
  }) => {
    const { url } = await startControlBench();
    const linked = await request(url, { headers: { 'sec-fetch-site': 'cross-site' } });
    await linked.body.dump();
    expect(linked.statusCode).toBe(200);
    const own = { origin: url, 'sec-fetch-site': 'same-origin' };
    expect((await post(`${url}/api/faults`, { kind: 'cut' }, own)).status).toBe(201);
  });

  test.for([undefined, 'text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])(
    'a body of the type %s',
    async (type, { expect }) => {
      const { edge, url } = await startControlBench();
      const headers = type === undefined ? {} : { 'content-type': type };
      const body = JSON.stringify({ domain: DOMAIN, tags: ['a'] });
      expect(await call(`${url}/api/refreshes`, { method: 'POST', headers, body })).toMatchObject({
        status: 415,
        json: { error: { code: 'NOT_JSON' } },
      });
      expect(edge.refreshes).toEqual([]);
    },
  );

  test('a body that is no JSON, or too long', async ({ expect }) => {
    const { url } = await startControlBench();
    const send = async (body: string) =>
      call(`${url}/api/refreshes`, { method: 'POST', headers: JSON_TYPE, body });
    expect(await send('{')).toMatchObject({ status: 400, json: { error: { code: 'NOT_JSON' } } });
    expect(await send(JSON.stringify({ tags: ['a'.repeat(66_000)] }))).toMatchObject({
      status: 413,
      json: { error: { code: 'BODY_TOO_LARGE' } },
    });
  });

  test.for([
    ['/api/faults', { kind: 'nonsense' }, /^kind: .*one of throttled/],
    ['/api/faults', { kind: 'cut', point: 'pop-1' }, /"point": the fault cut has no such field/],
    ['/api/faults', null, /^fault: /],
    ['/api/refreshes', { domain: DOMAIN, tags: 'a' }, /^tags: /],
    ['/api/refreshes', [], /^domain: /],
    ['/api/refreshes?x=1', {}, /^parameter: "x"/],
  ] as const)('%s with %j, naming what is wrong', async ([path, body, message], { expect }) => {
    const { url } = await startControlBench();
    const { status, json } = await post(url + path, body);
    expect([status, json.error.code]).toEqual([400, 'INVALID_OPTION']);
    expect(json.error.message).toMatch(message);
  });

  test.for([
    ['/api/objects?limit=x', /^limit: /],
    ['/api/objects?limit=0', /^limit: /],
    ['/api/objects?tag=a&tag=b', /^tag: .*once/],
    ['/api/objects?layer=pop-9', /^layer: /],
    ['/api/tags?layer=pop-1', /^parameter: "layer"/],
    ['/api/events?type=nonsense', /^type: .*one of refresh/],
    ['/api/events?after=-1', /^after: /],
    ['/api/events/stream?after=x', /^after: /],
  ] as const)('%s, naming what is wrong', async ([path, message], { expect }) => {
    const { url } = await startControlBench();
    const { status, json } = await call(url + path);
    expect([status, json.error.code]).toEqual([400, 'INVALID_OPTION']);
    expect(json.error.message).toMatch(message);
  });

  test('paths and methods that it does not have', async ({ expect }) => {
    const { url } = await startControlBench();
    for (const path of ['/api', '/api/', '/index.html', '/../package.json', '/tsconfig.json', '//'])
      expect((await call(url + path)).json.error.code, path).toBe('NOT_FOUND');
    for (const [method, path] of [
      ['PUT', '/api/faults'],
      ['OPTIONS', '/api/refreshes'],
      ['DELETE', '/api/state'],
      ['POST', '/'],
    ] as const) {
      const { status, headers } = await call(url + path, { method });
      expect([status, typeof headers['allow']], path).toEqual([405, 'string']);
    }
  });
});
