import { existsSync } from 'node:fs';

import { chromium, type Browser, type Page } from 'playwright-core';

const PATH = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** In CI a Chromium that is not there is a failure. */
export const isSkipped: boolean = !existsSync(PATH) && process.env['CI'] === undefined;
if (isSkipped)
  process.stderr.write(
    'SKIPPED: there is no Chromium at CHROMIUM_PATH or /usr/bin/chromium, so the admin panel is not tested here.\n',
  );

/** It finds no other host than this machine, whatever a page asks for. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: PATH,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
}

/**
 * Lets a page ask this address alone.
 * @returns what else it asked for, from now on
 */
export async function keepInside(page: Page, url: string): Promise<string[]> {
  const left: string[] = [];
  await page.route(
    (asked) => asked.origin !== url && /^https?:$/.test(asked.protocol),
    async (route) => {
      left.push(`request to ${route.request().url()}`);
      await route.abort();
    },
  );
  return left;
}
