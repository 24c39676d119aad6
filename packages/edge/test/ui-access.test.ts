import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, onTestFinished, test, type ExpectStatic } from 'vitest';

import { startEdge } from '../src/index.ts';
import { ask, DOMAIN } from './support.ts';
import { isSkipped, logRow, openWorld, visitRaw, type World } from './ui-world.ts';

describe.skipIf(isSkipped)('the page, whoever uses it and whatever it shows', () => {
  test('paths and tags from outside are text, whatever they hold', async ({ expect }) => {
    const long = 'x'.repeat(200);
    const hostile = `<img/src=x/onerror=alert(1)>`;
    const { page, edge, visit, problems } = await openWorld({
      before: async ({ edge: early }) => {
        for (const path of [`/${hostile}`, `/${long}`, '/?q="><script>alert(1)</script>'])
          await visitRaw(early.url, path);
      },
    });
    await logRow(page, 'MISS', hostile, 'pop-1').waitFor();
    const tag = page.getByRole('button', { name: hostile, exact: true });
    await tag.click();
    await page.getByRole('heading', { name: hostile }).waitFor();
    await edge.refresh({ domain: DOMAIN, tags: ['\u202Egpj.exe', `${long}${hostile}`, '"><b>'] });
    await page.locator('#refreshes').getByRole('button', { name: '\\u{202e}gpj.exe' }).waitFor();
    await page.goto(`${edge.controlUrl}/#tag/%ff/${encodeURIComponent('</h2><b>')}`);
    await page.getByRole('heading', { name: '</h2><b>' }).waitFor();
    await page.getByText('INVALID_OPTION: domain: "%ff"').waitFor();
    await visit('/');
    await logRow(page, 'MISS', '/', 'pop-1').first().waitFor();

    expect(await page.locator('img, b, main script').count()).toBe(0);
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(1280);
    // A domain that is none: the endpoint refuses it, and the browser logs that.
    expect((await problems()).filter((problem) => !problem.includes('400'))).toEqual([]);
  });

  test('all of it can be used by keyboard, and what has the focus keeps it', async ({ expect }) => {
    const { page, visit, edge } = await openWorld();
    await visit('/a');
    const tag = page.locator('tr[data-path="/a"]').getByRole('button', { name: 'a' });
    await tag.focus();
    for (const path of ['/', '/0', '/b']) await visit(path);
    await page.locator('#view-objects tr[data-path="/b"]').waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('a');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe(
      'solid',
    );

    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'a', exact: true }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('accepted.').waitFor();
    expect(edge.refreshes).toHaveLength(1);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    expect(await page.getByRole('checkbox', { name: 'force' }).isChecked()).toBe(false);
  });

  test('says that the edge is gone, and shows another one that comes in its place', async ({
    expect,
  }) => {
    const { page, edge, visit } = await openWorld();
    await visit('/a');
    await logRow(page, 'MISS', '/a', 'pop-1').waitFor();
    await edge.close();
    await page.getByText('no connection').waitFor();

    const next = await startEdge({
      domains: { 'next.example': 'http://127.0.0.1:9' },
      controlPort: Number(new URL(edge.controlUrl ?? '').port),
    });
    onTestFinished(() => next.close());
    await page.locator('.origins', { hasText: 'next.example' }).waitFor();
    await page.locator('#connection[data-state=live]').waitFor();
    expect(await page.locator('#log li').count()).toBe(0);
  });

  test.for(['light', 'dark'] as const)(
    'every view is accessible as far as axe can tell, %s',
    async (colorScheme, { expect }) => {
      const { page, problems } = await openWorld({ colorScheme, before: happen });
      for (const hash of ['#objects', '#tags', `#tag/${DOMAIN}/a`, '#faults']) {
        await page.goto(`${page.url().split('#', 1)[0]}${hash}`);
        if (hash !== '#faults')
          await page.locator('.view:not([hidden]) tbody tr').first().waitFor();
        await page.setViewportSize({ width: 1280, height: 800 });
        await checkAccess(page, hash, expect);
        await page.setViewportSize({ width: 800, height: 1000 });
        await checkAccess(page, `${hash} at 800`, expect);
        const width = await page.evaluate('document.documentElement.scrollWidth');
        expect(width, hash).toBe(800);
      }
      expect(await problems()).toEqual([]);
    },
  );
});

/** Something of everything that the page can show. */
async function happen({ edge, visit }: Pick<World, 'edge' | 'visit'>): Promise<void> {
  for (const path of ['/a', '/a', '/a-b-c-d-e-f-g-h', '/b']) await visit(path);
  await ask(edge.url, '/a', { method: 'POST' });
  await ask(edge.url, '/a', { headers: { host: 'other.example' } });
  edge.injectFault({ kind: 'quota-exceeded' });
  await edge.refresh({ domain: DOMAIN, tags: ['a'] }).catch(() => {});
  edge.injectFault({ kind: 'cut', times: 3 });
  edge.injectFault({ kind: 'lag', point: 'pop-1', delayMs: 1000 });
  await edge.refresh({ domain: DOMAIN, tags: ['b'] }).catch(() => {});
  edge.clearFaults();
  await edge.refresh({ domain: DOMAIN, tags: ['b'] });
  edge.injectFault({ kind: 'slow', delayMs: 10 });
}

async function checkAccess(page: Page, title: string, expect: ExpectStatic): Promise<void> {
  await page.evaluate(axe.source);
  const { violations }: AxeResults = await page.evaluate('axe.run()');
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
  );
  expect(found, title).toEqual([]);
}
