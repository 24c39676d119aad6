import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';

import { createDcdnClient, refreshObjectCacheByCacheTag } from '@freshtag/core';
import { describe, onTestFinished, test } from 'vitest';

import { createManualClock, startEdge, type EdgeOptions } from '../src/index.ts';
import {
  ask,
  CREDENTIALS,
  DOMAIN,
  type Page,
  serve,
  startBench,
  startOrigin,
  summary,
  ONE_POINT,
} from './support.ts';

describe('a cache in a file', () => {
  async function fixture(page: Page) {
    const origin = await startOrigin(serve(page));
    const clock = createManualClock();
    const file = join(mkdtempSync(join(tmpdir(), 'freshtag-edge-')), 'edge.db');
    const start = (options: Partial<EdgeOptions> = {}) =>
      startBench(origin.url, { clock, ...options, cache: { file, ...options.cache } });
    return { origin, file, clock, start };
  }

  test('outlives a restart, with bodies, variants, ages and tags', async ({ expect }) => {
    const page: Page = { body: 'x'.repeat(300_000), headers: { etag: '"1"', vary: 'accept' } };
    const { origin, clock, start } = await fixture(page);
    const first = await start();
    await first.visit('/', { headers: { accept: 'text/html' } });
    await first.edge.close();
    clock.advance(5000);
    const second = await start();

    const answer = await second.visit('/', { headers: { accept: 'text/html' } });

    expect(answer).toMatchObject({ cache: 'HIT', body: page.body, headers: { age: '5' } });
    expect((await second.visit('/', { headers: { accept: 'image/png' } })).cache).toBe('MISS');
    await second.refresh(['page']);
    clock.advance(1000);
    expect((await second.visit('/', { headers: { accept: 'text/html' } })).cache).toBe('MISS');
    expect(origin.asked.length).toBeGreaterThan(1);
  });

  test('has no refresh forgotten by a restart, whether it took effect or was on its way', async ({
    expect,
  }) => {
    for (const elapsedMs of [0, 1000]) {
      const { clock, start } = await fixture({ body: 'old' });
      const first = await start();
      await first.visit('/');
      await first.refresh(['page']);
      clock.advance(elapsedMs);
      await first.visit('/other');
      await first.edge.close();

      expect((await (await start()).visit('/')).cache).toBe('MISS');
    }
  });

  test('asks after a restart what a refresh without force has expired', async ({ expect }) => {
    const page: Page = {
      body: 'old',
      headers: { 'last-modified': 'Mon, 05 Jan 2026 00:00:00 GMT' },
    };
    const { clock, start } = await fixture(page);
    const first = await start();
    await first.visit('/');
    await first.refresh(['page'], false);
    clock.advance(1000);
    await first.edge.close();
    page.body = 'new';
    const second = await start();

    const answer = await second.visit('/');
    expect(answer.body).toBe('old');
    expect(answer.headers['x-cache']).toMatch(/^MISS TCP_REFRESH_HIT /);
  });

  test('goes on without storing when the disk is full, and says so', async ({ expect }) => {
    const { origin, file } = await fixture({ body: 'x'.repeat(500_000) });
    const { url, nextLine } = await startOnSmallDisk(origin.url, file);

    expect((await ask(url, '/')).body).toHaveLength(500_000);
    expect(await nextLine()).toMatchObject({ type: 'store', outcome: 'failed', objects: 1 });
    expect(await ask(url, '/')).toMatchObject({ cache: 'MISS', body: expect.any(String) });
    expect(origin.asked).toHaveLength(2);
  });

  test('has a refresh reach after a restart what was stored while it was on its way', async ({
    expect,
  }) => {
    const page: Page = { body: 'old' };
    const { start } = await fixture(page);
    const first = await start();
    await first.refresh(['page']);
    await first.visit('/');
    await first.edge.close();
    page.body = 'new';

    expect(summary(await (await start()).visit('/'))).toBe('MISS new');
  });

  test('has no refresh on its way weakened by another', async ({ expect }) => {
    const page: Page = {
      body: 'old',
      headers: { 'last-modified': 'Mon, 05 Jan 2026 00:00:00 GMT' },
    };
    const { start } = await fixture(page);
    const first = await start();
    await first.visit('/a/b');
    await first.refresh(['page'], true);
    await first.refresh(['page'], false);
    await first.edge.close();
    page.body = 'new';

    expect(summary(await (await start()).visit('/a/b'))).toBe('MISS new');
  });

  test('forgets what a cache had that was not there for a while', async ({ expect }) => {
    const page: Page = { body: 'old' };
    const { clock, start } = await fixture(page);
    const first = await start();
    await first.visit('/', { pop: 'pop-2' });
    await first.edge.close();
    const alone = await start(ONE_POINT);
    await alone.refresh(['page']);
    await alone.edge.close();
    clock.advance(1000);
    page.body = 'new';

    expect(summary(await (await start()).visit('/', { pop: 'pop-2' }))).toBe('MISS new');
  });

  test('is given up when the disk has no room for a refresh', async ({ expect }) => {
    const { origin, file } = await fixture({ body: 'x'.repeat(4000) });
    const { url, apiUrl, nextLine } = await startOnSmallDisk(origin.url, file);
    const client = createDcdnClient({ endpoint: apiUrl, credentials: CREDENTIALS });
    for (let path = 0; path < 60; path += 1) await ask(url, `/${path}`);
    expect(await nextLine()).toMatchObject({ type: 'store', outcome: 'failed' });

    await refreshObjectCacheByCacheTag(client, {
      domainName: DOMAIN,
      cacheTags: ['page', 'x'.repeat(3000)],
      force: true,
    });

    expect(existsSync(file)).toBe(false);
    expect((await ask(url, '/0')).cache).toBe('MISS');
  });

  test('is left alone when a visitor still reads while the edge ends', async ({ expect }) => {
    const { clock, start } = await fixture({ body: 'x'.repeat(8_000_000) });
    const { visit, refresh, edge } = await start();
    await visit('/');
    const reading = visit('/').catch(() => 'cut off');
    await refresh(['page']);
    clock.advance(1000);
    await visit('/other');
    await edge.close();
    await reading;

    expect((await (await start()).visit('/')).cache).toBe('MISS');
  });

  test('that is damaged is refused with its name, and left unlocked', async ({ expect }) => {
    const { file, start } = await fixture({ body: 'old' });
    const { edge, visit } = await start();
    await visit('/');
    await edge.close();
    const database = new DatabaseSync(file);
    database.exec("UPDATE objects SET head = '{'");
    database.close();
    const broken = start();

    await expect(broken).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining(file),
    });
    const again = new DatabaseSync(file);
    again.exec('DELETE FROM objects');
    again.close();
    await start();
  });

  test('takes no more room on the disk than it may, however much passes', async ({ expect }) => {
    const { file, start } = await fixture({ body: 'x'.repeat(100_000) });
    const { visit, edge } = await start({ ...ONE_POINT, cache: { maxBytes: 1_000_000 } });
    for (let path = 0; path < 100; path += 1) await visit(`/${path}`);
    expect((await visit('/99')).cache).toBe('HIT');
    await edge.close();

    const bytes = ['', '-wal'].map((suffix) => statSync(file + suffix, { throwIfNoEntry: false }));
    expect(bytes.reduce((sum, stat) => sum + (stat?.size ?? 0), 0)).toBeLessThan(3_000_000);
  });

  test('is refused while another edge has it, and when it is no file of an edge’s', async ({
    expect,
  }) => {
    const { file, start } = await fixture({ body: 'old' });
    const { edge } = await start();
    const options = { domains: { [DOMAIN]: 'http://127.0.0.1:9' } };

    await expect(startEdge({ ...options, cache: { file } })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('cache.file'),
    });
    await edge.close();
    const foreign = new DatabaseSync(file.replace('edge.db', 'other.db'));
    foreign.exec('CREATE TABLE mine (id INTEGER)');
    foreign.close();
    const other = { file: file.replace('edge.db', 'other.db') };
    await expect(startEdge({ ...options, cache: other })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
  });

  test('keeps a body readable for who reads it while it is refreshed', async ({ expect }) => {
    const body = 'x'.repeat(4_000_000);
    const { clock, start } = await fixture({ body });
    const { visit, refresh } = await start();
    await visit('/');
    const reading = visit('/');
    await refresh(['page']);
    clock.advance(1000);
    const after = visit('/');

    expect((await reading).body).toHaveLength(body.length);
    expect((await after).body).toHaveLength(body.length);
  });
});

/** An edge whose files may not grow beyond 256 blocks of 512 bytes. */
async function startOnSmallDisk(origin: string, file: string) {
  const script = fileURLToPath(new URL('edge-process.ts', import.meta.url));
  const node = [process.execPath, '--conditions=@freshtag/source', script, origin, file];
  const child = spawn('sh', ['-c', 'ulimit -f 256; exec "$@"', 'sh', ...node], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill());
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => JSON.parse(String((await lines.next()).value));
  const { url, apiUrl } = (await nextLine()) as { url: string; apiUrl: string };
  return { url, apiUrl, nextLine };
}
