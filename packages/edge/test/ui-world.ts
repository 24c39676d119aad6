import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';

import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';

import { createManualClock, startEdge, type Edge, type ManualClock } from '../src/index.ts';
import { hasChromium, launchChromium } from './browser.ts';
import { ask, DOMAIN, SHARED, startOrigin } from './support.ts';

/** In CI a Chromium that is not there is a failure. */
export const isSkipped: boolean = !hasChromium && process.env['CI'] === undefined;
if (isSkipped)
  process.stderr.write(
    'SKIPPED: there is no Chromium at CHROMIUM_PATH or /usr/bin/chromium, so the page is not tested here.\n',
  );

export interface World {
  readonly edge: Edge;
  readonly clock: ManualClock;
  readonly page: Page;
  readonly visit: (path: string, pop?: string) => Promise<void>;
  /** What the page did that it must not: errors, violations of its policy, requests that leave it. */
  readonly problems: () => Promise<readonly string[]>;
}

interface WorldOptions {
  readonly hash?: string;
  readonly colorScheme?: 'light' | 'dark';
  readonly domains?: readonly string[];
  /** Done before the page is opened. */
  readonly before?: (world: Pick<World, 'edge' | 'clock' | 'visit'>) => Promise<void>;
}

let browser: Browser | undefined;

// For each file of tests that imports this one.
if (!isSkipped) {
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
  });
}

export async function openWorld({
  hash = '',
  colorScheme = 'light',
  domains = [DOMAIN],
  before = async () => {},
}: WorldOptions = {}): Promise<World> {
  // Pages are tagged by their name: `/a-b` has the tags `a` and `b`.
  const origin = await startOrigin((incoming, outgoing) => {
    const tags = decodeURIComponent(String(incoming.url).slice(1)).replaceAll('-', ',');
    const headers = { 'cache-control': SHARED, 'cache-tag': tags, 'last-modified': MODIFIED };
    outgoing.writeHead(200, headers).end('body');
  });
  const clock = createManualClock();
  const edge = await startEdge({
    domains: Object.fromEntries(domains.map((domain) => [domain, origin.url])),
    controlPort: 0,
    clock,
  });
  const visit = async (path: string, pop?: string): Promise<void> => {
    await ask(edge.url, path, pop === undefined ? {} : { pop });
  };
  await before({ edge, clock, visit });
  if (browser === undefined) throw new Error('There is no browser yet.');
  const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 800 } });
  onTestFinished(async () => {
    await context.close();
    await edge.close();
  });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const problems = watch(page, edge.controlUrl ?? '');
  await page.addInitScript(`document.addEventListener('securitypolicyviolation',
    ({ violatedDirective }) => console.error('violation of ' + violatedDirective))`);
  await page.goto(`${edge.controlUrl}/${hash}`);
  await page.locator('#connection[data-state=live]').waitFor();
  return { edge, clock, page, visit, problems };
}

/** As it is: what makes URLs would encode it. */
export async function visitRaw(url: string, path: string): Promise<void> {
  const [incoming]: IncomingMessage[] = await once(get(url, { path }), 'response');
  incoming?.resume();
}

const MODIFIED = 'Thu, 01 Jan 2026 00:00:00 GMT';

function watch(page: Page, url: string): () => Promise<readonly string[]> {
  const problems: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const leaves = !request.url().startsWith(`${url}/`) && !request.url().startsWith('data:');
    if (leaves) problems.push(`request to ${request.url()}`);
  });
  return async () => {
    await page.evaluate('new Promise(requestAnimationFrame)');
    return problems;
  };
}

/** Rows of the log, as `MISS /path pop-1`. */
export function logRow(page: Page, label: string, what: string, where: string): Locator {
  return page
    .locator('#log li')
    .filter({ has: page.locator('.result', { hasText: new RegExp(`^${label}$`) }) })
    .filter({ has: page.locator('.what', { hasText: what }) })
    .filter({ has: page.locator('.where', { hasText: where }) });
}

export function cell(page: Page, path: string, layer: string): Locator {
  return page.locator(`.view:not([hidden]) tr[data-path="${path}"] [data-layer="${layer}"] .state`);
}

export async function texts(page: Page, selector: string): Promise<readonly string[]> {
  return page.locator(selector).allInnerTexts();
}
