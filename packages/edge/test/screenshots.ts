// Makes the screenshots of the documentation, or in a folder one of every view, to be looked at.
// usage: node --conditions=@freshtag/source packages/edge/test/screenshots.ts [FOLDER]
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Page } from 'playwright-core';
import { request } from 'undici';

import { createManualClock, startEdge, type Edge, type ManualClock } from '../src/index.ts';
import { launchChromium } from './browser.ts';
import { startShowOrigin, SHOW_PATHS } from './show-origin.ts';

const DOCS = fileURLToPath(new URL('../../../docs/images/', import.meta.url));
const DOMAINS = ['www.atlas.example', 'm.atlas.example'];

interface Shot {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly colorScheme: 'light' | 'dark';
  readonly hash: string;
  /** Of all that there is, not of the screen. */
  readonly full?: boolean;
}

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 800, height: 1000, full: true };
const ALL_SHOTS: readonly Shot[] = [
  { name: 'objects-light', ...WIDE, colorScheme: 'light', hash: '#objects' },
  { name: 'objects-dark', ...WIDE, colorScheme: 'dark', hash: '#objects' },
  { name: 'tags-light', ...WIDE, colorScheme: 'light', hash: '#tags' },
  { name: 'tag-light', ...WIDE, colorScheme: 'light', hash: `#tag/${DOMAINS[0]}/region%3Aeurope` },
  { name: 'tag-dark', ...WIDE, colorScheme: 'dark', hash: `#tag/${DOMAINS[0]}/region%3Aeurope` },
  { name: 'faults-light', ...WIDE, colorScheme: 'light', hash: '#faults' },
  { name: 'narrow-light', ...NARROW, colorScheme: 'light', hash: '#objects' },
  { name: 'narrow-dark', ...NARROW, colorScheme: 'dark', hash: '#faults' },
];
const DOCS_SHOTS: readonly Shot[] = [
  { ...WIDE, name: 'edge-objects', colorScheme: 'light', hash: '#objects' },
  { ...WIDE, name: 'edge-tag', colorScheme: 'dark', hash: `#tag/${DOMAINS[0]}/region%3Aeurope` },
];

/** Always the same numbers, so that a screenshot changes only with the page. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

async function visitors(edge: Edge, clock: ManualClock, count: number): Promise<void> {
  const random = createRandom(count);
  const pick = <Item>(items: readonly Item[], skew = 1): Item | undefined =>
    items[Math.floor(random() ** skew * items.length)];
  for (let visit = 0; visit < count; visit += 1) {
    clock.advance(Math.floor(20 + random() * 160));
    const pop = pick(edge.points, 1.6) ?? '';
    const host = pick(DOMAINS, 4) ?? '';
    const { body } = await request(`${edge.url}${pick(SHOW_PATHS, 1.5)}`, {
      method: visit % 41 === 40 ? 'POST' : 'GET',
      headers: { host: visit % 53 === 52 ? 'other.example' : host, 'x-edge-pop': pop },
    });
    await body.dump();
  }
}

/** Some minutes of an edge's life, the last refresh still on its way. */
async function happen(edge: Edge, clock: ManualClock): Promise<void> {
  const [domain = ''] = DOMAINS;
  await visitors(edge, clock, 260);
  await edge.refresh({ domain, tags: ['country:kenya', 'region:africa'], force: true });
  clock.advance(9000);
  await visitors(edge, clock, 60);
  edge.injectFault({ kind: 'quota-exceeded' });
  await edge.refresh({ domain, tags: ['country'], force: true }).catch(() => {});
  await edge.refresh({ domain, tags: ['language:deu'] });
  clock.advance(12_000);
  await visitors(edge, clock, 40);
  edge.injectFault({ kind: 'lag', point: 'pop-2', delayMs: 60_000 });
  edge.injectFault({ kind: 'slow-fill', path: '/countries/japan/', delayMs: 2000, times: 3 });
  await edge.refresh({ domain, tags: ['country:germany', 'region:europe'], force: true });
  clock.advance(2600);
  await visitors(edge, clock, 9);
}

async function shoot(page: Page, url: string, shot: Shot, file: string): Promise<void> {
  const { width, height, colorScheme, hash, full = false } = shot;
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.goto('about:blank');
  await page.goto(`${url}/${hash}`);
  await page.locator('#connection[data-state=live]').waitFor();
  if (hash !== '#faults')
    await page.locator('#browser .view:not([hidden]) tbody tr').first().waitFor();
  if (file.endsWith('.png')) await page.screenshot({ path: file, fullPage: full });
  else writeFileSync(file, await captureWebp(page));
}

/** A quarter of the bytes of a PNG, and as sharp. Playwright itself does not make it. */
async function captureWebp(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 84 });
  await session.detach();
  return Buffer.from(data, 'base64');
}

const given = process.argv[2];
const folder = given === undefined ? DOCS : resolve(given);
mkdirSync(folder, { recursive: true });
const clock = createManualClock(Date.UTC(2026, 10, 22, 9, 30));
const origin = await startShowOrigin();
const edge = await startEdge({
  domains: Object.fromEntries(DOMAINS.map((domain) => [domain, origin.url])),
  pointsOfPresence: [
    { name: 'pop-1', propagationDelayMs: 2000 },
    { name: 'pop-2', propagationDelayMs: 8000 },
  ],
  secondLayer: { propagationDelayMs: 5000 },
  controlPort: 0,
  clock,
});
const browser = await launchChromium();
const page = await browser.newPage({ timezoneId: 'UTC', locale: 'en-GB' });
await happen(edge, clock);
const [shots, type] = given === undefined ? [DOCS_SHOTS, 'webp'] : [ALL_SHOTS, 'png'];
for (const shot of shots)
  await shoot(page, edge.controlUrl ?? '', shot, join(folder, `${shot.name}.${type}`));
await browser.close();
await edge.close();
await origin.close();
