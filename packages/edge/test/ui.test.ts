import { describe, test } from 'vitest';

import { ask, DOMAIN } from './support.ts';
import { cell, isSkipped, logRow, openWorld, texts } from './ui-world.ts';

describe.skipIf(isSkipped)('the page in a browser', () => {
  test('shows visits as they happen, first MISS, then HIT', async ({ expect }) => {
    const { page, visit, problems } = await openWorld();
    await page.getByText('Nobody has asked yet').waitFor();
    await visit('/a');
    await logRow(page, 'MISS', '/a', 'pop-1').waitFor();
    await visit('/a');
    await logRow(page, 'HIT', '/a', 'pop-1').waitFor();

    await page.locator('[data-layer="pop-1"] [data-figure=ratio]', { hasText: '50 %' }).waitFor();
    expect(await texts(page, '.layer [data-figure=objects]')).toEqual(['1', '1', '0']);
    expect(await problems()).toEqual([]);
  });

  test('tells a request that passes the caches and one that is refused', async ({ expect }) => {
    const { page, edge, problems } = await openWorld();
    await ask(edge.url, '/a', { method: 'POST' });
    await ask(edge.url, '/b', { headers: { host: 'other.example' } });

    await logRow(page, 'PASS', 'POST /a', 'pop-1').waitFor();
    await logRow(page, 'REFUSED', '/b', 'other.example').waitFor();
    expect(await problems()).toEqual([]);
  });

  test('a tag leads to its pages; a refresh from there is seen to take effect cache by cache', async ({
    expect,
  }) => {
    const { page, visit, clock, edge, problems } = await openWorld();
    for (const path of ['/a-b', '/b-c', '/c']) await visit(path);
    await visit('/a-b', 'pop-2');
    const row = page.locator('tr[data-path="/a-b"]');
    await row.getByRole('button', { name: 'b', exact: true }).click();

    await page.getByRole('heading', { name: 'b', exact: true }).waitFor();
    await page.getByText('5 stored responses: 2 at second-layer, 2 at pop-1, 1 at pop-2').waitFor();
    await cell(page, '/b-c', 'pop-2').filter({ hasText: 'not here' }).waitFor();
    expect(await page.locator('.view:not([hidden]) tbody tr').count()).toBe(2);

    await page.getByRole('button', { name: 'Refresh', exact: true }).click();
    await page.getByText('Task 10000000001: accepted.').waitFor();
    await page.locator('.layer[data-layer="pop-1"][data-busy] progress').waitFor();
    clock.advance(200);
    await cell(page, '/a-b', 'pop-1').filter({ hasText: 'not here' }).waitFor();
    await cell(page, '/a-b', 'second-layer').filter({ hasText: 'fresh' }).waitFor();
    await page.getByText('Task 10000000001: in force at pop-1.').waitFor();
    clock.advance(600);
    await cell(page, '/a-b', 'pop-2').filter({ hasText: 'not here' }).waitFor();
    await page.getByText('Task 10000000001: in force everywhere.').waitFor();
    await page.locator('#refreshes td[data-state=in-force]').nth(2).waitFor();
    expect(await texts(page, '#refreshes td[data-layer]')).toEqual([
      '✓ 2 objects',
      '✓ 2 objects',
      '✓ 1 object',
    ]);
    expect(await texts(page, '#said')).toEqual(['Refresh 10000000001 is in force everywhere.']);
    expect(edge.refreshes).toMatchObject([{ tags: ['b'], force: true, outcome: 'accepted' }]);

    await visit('/a-b');
    await cell(page, '/a-b', 'pop-1').filter({ hasText: 'fresh' }).waitFor();
    expect(await problems()).toEqual([]);
  });

  test('a refresh without force expires, and says so before', async ({ expect }) => {
    const { page, visit, clock, edge } = await openWorld({ hash: `#tag/${DOMAIN}/a` });
    await page.getByText('No page with this tag is stored.').waitFor();
    await visit('/a');
    await cell(page, '/a', 'pop-1').filter({ hasText: 'fresh' }).waitFor();
    await page.getByRole('checkbox', { name: 'force' }).uncheck();
    await page.getByText('Has the origin asked first').waitFor();
    await page.getByRole('button', { name: 'Refresh', exact: true }).click();
    await page.getByText('accepted.').waitFor();
    clock.advance(200);

    await cell(page, '/a', 'pop-1').filter({ hasText: 'expired' }).waitFor();
    expect(edge.refreshes).toMatchObject([{ force: false }]);
  });

  test('a refresh that is refused is told where it was asked for, and in both lists', async ({
    expect,
  }) => {
    const { page, edge, problems } = await openWorld({ hash: `#tag/${DOMAIN}/a` });
    edge.injectFault({ kind: 'quota-exceeded' });
    await page.getByRole('button', { name: 'Refresh', exact: true }).click();

    await page
      .locator('#tag-outcome[data-refused]', { hasText: 'QuotaExceeded.Refresh' })
      .waitFor();
    await page.locator('#refreshes', { hasText: 'refused: QuotaExceeded.Refresh' }).waitFor();
    await logRow(page, 'fault', 'quota-exceeded', 'API').waitFor();
    // The browser itself logs an answer that is no success.
    expect(await problems()).toEqual([expect.stringContaining('400')]);
  });

  test('a fault of any kind is injected with its options, waits, and can be cleared', async ({
    expect,
  }) => {
    const { page, edge, visit, problems } = await openWorld({ hash: '#faults' });
    const kinds = await texts(page, '#fault-kind option');
    for (const kind of kinds) {
      await page.getByLabel('Kind').selectOption(kind);
      expect(await page.locator('#fault-meaning').innerText(), kind).not.toBe('');
      await page.getByRole('button', { name: 'Inject' }).click();
      await page.getByText(`${kind}: waits for its turn.`).waitFor();
    }
    expect(edge.pendingFaults().map(({ fault }) => fault.kind)).toEqual(kinds);
    await page
      .locator('#pending-faults li')
      .nth(kinds.length - 1)
      .waitFor();

    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByText('Faults happen in the order in which they were asked for').waitFor();
    expect(edge.pendingFaults()).toEqual([]);

    await page.getByLabel('Kind').selectOption('origin-down');
    await page.locator('#fault-path').fill('/broken');
    await page.getByLabel('times optional').fill('2');
    await page.getByRole('button', { name: 'Inject' }).click();
    await page.locator('#pending-faults', { hasText: 'path=/broken' }).waitFor();
    expect(edge.pendingFaults()).toMatchObject([
      { fault: { kind: 'origin-down', path: '/broken' }, left: 2 },
    ]);
    await visit('/broken');
    await logRow(page, 'fault', 'origin-down /broken', DOMAIN).waitFor();
    await page.locator('#pending-faults .left', { hasText: 'once' }).waitFor();
    expect(await problems()).toEqual([]);
  });

  test('the log can be filtered by kind and by text, and be paused', async ({ expect }) => {
    const { page, visit } = await openWorld();
    await visit('/a');
    await visit('/a');
    await visit('/b');
    await logRow(page, 'MISS', '/b', 'pop-1').waitFor();
    await page.locator('#kinds').getByRole('button', { name: 'HIT' }).click();
    expect(await texts(page, '#log .what')).toEqual(['/b', '/a']);
    await page.locator('#kinds').getByRole('button', { name: 'fetches' }).click();
    expect(await texts(page, '#log .result')).toEqual([
      'MISS',
      'fetch',
      'fetch',
      'MISS',
      'fetch',
      'fetch',
    ]);
    await page.getByLabel('Filter the events').fill('/B');
    expect(await page.locator('#log li').count()).toBe(3);
    await page.getByLabel('Filter the events').fill('nothing');
    await page.getByText('Nothing of what has happened fits the filter').waitFor();
    await page.getByLabel('Filter the events').fill('');

    await page.getByRole('button', { name: 'Pause' }).click();
    await visit('/c');
    await page.getByRole('button', { name: 'Resume (3 new)' }).waitFor();
    expect(await page.locator('#log', { hasText: '/c' }).count()).toBe(0);
    await page.getByRole('button', { name: /^Resume/ }).click();
    await logRow(page, 'MISS', '/c', 'pop-1').waitFor();
  });

  test('objects are searched and turned over page by page, each page of the site whole', async ({
    expect,
  }) => {
    const { page, problems } = await openWorld({
      before: async ({ visit }) => {
        for (let count = 100; count < 300; count += 1) await visit(`/p${count}`);
      },
    });
    const pager = page.locator('#view-objects output');
    await pager.getByText('1–238 of 400').waitFor();
    expect(await cell(page, '/p218', 'pop-1').innerText()).toBe('fresh');
    await page.locator('#view-objects').getByRole('button', { name: 'Next page' }).click();
    await pager.getByText('239–400 of 400').waitFor();
    expect(await texts(page, '#view-objects tr:first-child .path')).toEqual(['/p219']);
    await page.locator('#view-objects').getByRole('button', { name: 'Previous page' }).click();
    await pager.getByText('1–238 of 400').waitFor();

    await page.getByLabel('Part of the path').fill('P20');
    await pager.getByText(/^20$/).waitFor();
    expect(await page.locator('#view-objects tbody tr').count()).toBe(10);
    await page.getByLabel('Part of the path').fill('none');
    await page.getByText('Nothing stored fits.').waitFor();
    expect(await problems()).toEqual([]);
  });

  test('tags are counted cache by cache, of each domain apart', async ({ expect }) => {
    const other = 'm.example.com';
    const { page, edge } = await openWorld({
      hash: '#tags',
      domains: [DOMAIN, other],
      before: async ({ edge: early, visit }) => {
        for (const path of ['/a', '/a-b']) await visit(path);
        await ask(early.url, '/a', { headers: { host: other } });
      },
    });
    const rows = page.locator('#view-tags tbody tr');
    await rows.nth(2).waitFor();
    expect((await rows.allInnerTexts()).map((text) => text.split(/\s+/))).toEqual([
      ['a', DOMAIN, '2', '2', '–'],
      ['a', other, '1', '1', '–'],
      ['b', DOMAIN, '1', '1', '–'],
    ]);
    await rows.nth(1).getByRole('button', { name: 'a' }).click();
    await page.getByText('A refresh hits 2 stored responses').waitFor();
    await page.getByRole('button', { name: 'Refresh', exact: true }).click();
    await page.getByText('accepted.').waitFor();
    expect(edge.refreshes).toMatchObject([{ domain: other, tags: ['a'] }]);
  });
});
