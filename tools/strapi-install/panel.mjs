import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const PACKAGE = new URL('../../packages/strapi/', import.meta.url);
/** Of which a second copy breaks the admin panel, or makes it much larger. */
const SINGLE = [
  'react',
  'react-dom',
  'react-intl',
  'react-router-dom',
  'styled-components',
  '@strapi/admin',
  '@strapi/design-system',
  '@strapi/icons',
];

/** Builds the admin panel as a user does. Throws if it has something twice, or nothing of the plugin. */
export function buildPanel(app) {
  const config = join(app, 'src/admin/vite.config.js');
  cpSync(new URL('test/admin-ui/processes/vite.config.js', PACKAGE), config);
  const strapi = 'node_modules/@strapi/strapi/bin/strapi.js';
  execFileSync(process.execPath, ['--max-old-space-size=2048', strapi, 'build'], {
    cwd: app,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env.PATH, NODE_ENV: 'production', STRAPI_TELEMETRY_DISABLED: 'true' },
  });
  rmSync(config);
  const chunks = JSON.parse(readFileSync(join(app, 'chunks.json'), 'utf8'));
  // Virtual modules begin with a zero.
  const ids = chunks.flatMap(({ modules }) => modules.map(({ id }) => id.replace('\0', '')));
  for (const name of [...SINGLE, '@freshtag/strapi']) {
    const copies = new Set(
      ids.filter(isOf(name)).map((id) => id.split(`/node_modules/${name}/`)[0]),
    );
    if (copies.size !== 1)
      throw new Error(
        `${name} is in the admin panel ${copies.size} times: ${[...copies].join(' ')}`,
      );
  }
}

function isOf(name) {
  return (id) => id.includes(`/node_modules/${name}/`);
}

/**
 * Logs in, and reads what the panel beside an entry says. Throws unless that is the text.
 * @param path of the entry, below `/admin`
 */
export async function readPanel({ url, editor, path, text }) {
  if (!existsSync(CHROMIUM) && process.env.CI === undefined) return 'skipped: there is no Chromium';
  const { chromium } = createRequire(new URL('package.json', PACKAGE))('playwright-core');
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(`${url}/admin/auth/login`);
    await page.fill('input[name=email]', editor.email);
    await page.fill('input[name=password]', editor.password);
    await page.click('button[type=submit]');
    await page.waitForURL((address) => !address.pathname.includes('/auth/'));
    await page.goto(`${url}/admin${path}`);
    const panel = page.getByRole('complementary').filter({ hasText: 'Is it live?' });
    const status = panel.getByRole('status').filter({ hasText: text });
    await status.waitFor();
    return await status.innerText();
  } finally {
    await browser.close();
  }
}
