import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { request } from 'undici';
import { describe, test } from 'vitest';

import { startEdge } from '../src/index.ts';
import { call, openStream, post, startControlBench } from './control-support.ts';
import { DOMAIN } from './support.ts';

describe('the control endpoint', () => {
  test('is there only if a port is asked for, on the loopback whatever the host', async ({
    expect,
  }) => {
    const without = await startControlBench({ controlPort: undefined as never });
    expect(without.edge.controlUrl).toBeUndefined();

    const { edge } = await startControlBench({ host: '0.0.0.0' });
    expect(edge.url).toMatch(/^http:\/\/0\.0\.0\.0:\d+$/);
    expect(edge.controlUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  test('ends with the edge, its streams too', async ({ expect }) => {
    const { edge, url } = await startControlBench();
    const stream = await openStream(`${url}/api/events/stream`);
    await stream.until(/event: state/);
    await edge.close();

    await expect(stream.until(/never/)).rejects.toThrow();
    await expect(request(url)).rejects.toThrow(/ECONNREFUSED/);
  });

  test('a port that is taken is refused by its name, and nothing is left running', async ({
    expect,
  }) => {
    const { edge } = await startControlBench();
    const controlPort = Number(new URL(edge.controlUrl ?? '').port);
    await expect(
      startEdge({ domains: { [DOMAIN]: 'http://127.0.0.1:9' }, controlPort }),
    ).rejects.toThrow(/^controlPort: .*EADDRINUSE/);
  });

  test('tells the state of the edge: caches, origins, addresses, faults', async ({ expect }) => {
    const { edge, url, clock, visit } = await startControlBench();
    await visit('/');
    edge.injectFault({ kind: 'cut', times: 2 });
    const { status, json } = await call(`${url}/api/state`);

    expect(status).toBe(200);
    expect(json).toMatchObject({
      nowMs: clock.now(),
      urls: { visitors: edge.url, api: edge.apiUrl, control: url },
      domains: [{ domain: DOMAIN, origin: edge.origins.get(DOMAIN) }],
      layers: [{ name: 'second-layer', objects: 1 }, { name: 'pop-1' }, { name: 'pop-2' }],
      pendingFaults: [{ fault: { kind: 'cut' }, left: 2 }],
      lastEvent: 3,
    });
    const lag = json.faultKinds.find(({ kind }) => kind === 'lag');
    expect(lag?.fields).toMatchObject([
      {
        name: 'point',
        required: true,
        form: 'choice',
        choices: ['second-layer', 'pop-1', 'pop-2'],
      },
      { name: 'delayMs', required: true, form: 'number' },
      { name: 'times', required: false, form: 'number' },
    ]);
  });

  test('lists objects and tags as they are asked for', async ({ expect }) => {
    const { edge, url, visit } = await startControlBench();
    await visit('/x');
    await visit('/y');

    const query = { layer: 'pop-1', tag: 'a', domain: DOMAIN, text: 'X', offset: 0, limit: 5 };
    const search = 'layer=pop-1&tag=a&domain=www.example.com&text=X&offset=0&limit=5';
    expect((await call(`${url}/api/objects?${search}`)).json).toEqual(edge.objects(query));
    expect((await call(`${url}/api/objects`)).json.total).toBe(4);
    expect((await call(`${url}/api/tags?text=pag`)).json).toEqual(edge.tags({ text: 'pag' }));
  });

  test('refreshes as a call does', async ({ expect }) => {
    const { edge, url, visit, clock } = await startControlBench();
    await visit('/');
    const { status, json } = await post(`${url}/api/refreshes`, {
      domain: DOMAIN,
      tags: ['a'],
      force: true,
    });

    expect([status, json]).toEqual([200, { taskId: edge.refreshes[0]?.taskId }]);
    clock.advance(200);
    expect((await visit('/')).cache).toBe('MISS');
  });

  test('tells a refused refresh with the codes of both, and the status of the refusal', async ({
    expect,
  }) => {
    const { edge, url } = await startControlBench();
    edge.injectFault({ kind: 'unavailable' });
    const order = { domain: DOMAIN, tags: ['a'] };
    expect(await post(`${url}/api/refreshes`, order)).toMatchObject({
      status: 503,
      json: { error: { code: 'CLOUD_BUSY', apiCode: 'ServiceUnavailable' } },
    });
    edge.injectFault({ kind: 'cut' });
    expect(await post(`${url}/api/refreshes`, order)).toMatchObject({
      status: 502,
      json: { error: { code: 'ENDPOINT_UNREACHABLE' } },
    });
    expect(await post(`${url}/api/refreshes`, { ...order, domain: 'other.example' })).toMatchObject(
      {
        status: 404,
        json: { error: { code: 'DOMAIN_REFUSED', apiCode: 'InvalidDomain.NotFound' } },
      },
    );
  });

  test('has faults injected, and cleared', async ({ expect }) => {
    const { edge, url, visit } = await startControlBench();
    const fault = { kind: 'origin-down', times: 2 };
    const { status, json } = await post(`${url}/api/faults`, fault);
    expect([status, json]).toEqual([201, { pendingFaults: [{ fault, left: 2 }] }]);
    expect((await visit('/')).status).toBe(502);
    expect(edge.faults).toMatchObject([{ kind: 'origin-down', path: '/' }]);

    const cleared = await call(`${url}/api/faults`, { method: 'DELETE' });
    expect([cleared.status, cleared.json]).toEqual([200, { pendingFaults: [] }]);
    expect((await visit('/')).status).toBe(200);
  });
});

describe('the page', () => {
  test('comes with headers that let it load nothing but itself', async ({ expect }) => {
    const { url } = await startControlBench();
    const { statusCode, headers, body } = await request(url);
    expect(await body.text()).toContain('<title>freshtag edge</title>');
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';/,
    );
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
  });

  test('names no file that is not there', async ({ expect }) => {
    const { url } = await startControlBench();
    const seen = new Set<string>();
    const visit = async (path: string): Promise<void> => {
      if (seen.has(path)) return;
      seen.add(path);
      const { statusCode, body } = await request(url + path);
      expect(statusCode, path).toBe(200);
      const text = await body.text();
      for (const [, file = ''] of text.matchAll(/(?:from '\.\/|(?:src|href)=")([\w-]+\.\w+)/g))
        await visit(`/${file}`);
    };
    await visit('/');
    expect(seen.size).toBeGreaterThan(8);
  });
});

describe('starting an edge', () => {
  test('without a control port loads nothing of the endpoint, nor of the page', async ({
    expect,
  }) => {
    const loaded = async (options: string): Promise<readonly string[]> => {
      const script = `
        import { registerHooks } from 'node:module';
        registerHooks({ load(url, context, next) {
          if (/[/](start-)?control[/.-]/.test(url)) console.log(url);
          return next(url, context);
        } });
        const { startEdge } = await import('../src/index.ts');
        const domains = { 'www.example.com': 'http://127.0.0.1:9' };
        await (await startEdge({ domains, ${options} })).close();`;
      const flags = ['--conditions=@freshtag/source', '--input-type=module', '-e', script];
      const { stdout } = await promisify(execFile)(process.execPath, flags, {
        cwd: import.meta.dirname,
      });
      return stdout.split('\n').filter(Boolean);
    };
    expect(await loaded('')).toEqual([]);
    expect(await loaded('controlPort: 0')).toContainEqual(
      expect.stringMatching(/start-control\.ts$/),
    );
  });
});
