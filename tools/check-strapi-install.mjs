#!/usr/bin/env node
// Installs the packed Strapi plugin with npm and with pnpm into fresh apps of Strapi's own templates, outside
// the workspace; builds their admin panel, starts them, publishes, and looks at what the edge serves and what
// the panel says. Minutes, most of them npm's.
// usage: node tools/check-strapi-install.mjs   (after a build)
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { fetchTemplates, makeApp, packPlugin } from './strapi-install/app.mjs';
import { buildPanel } from './strapi-install/panel.mjs';
import { visitApp } from './strapi-install/visit.mjs';

const INSTALLERS = [
  {
    installer: 'npm',
    words: 'install --ignore-scripts --no-audit --no-fund --prefer-offline --loglevel=error',
  },
  { installer: 'pnpm', words: 'install --prefer-offline --reporter=silent' },
];
const LANGUAGES = [
  { language: 'ts', name: 'TypeScript', template: 'vanilla' },
  { language: 'js', name: 'JavaScript', template: 'vanilla-js' },
];

const folder = mkdtempSync(join(tmpdir(), 'freshtag-strapi-install-'));
try {
  const templates = fetchTemplates(folder);
  const plugin = packPlugin(folder);
  for (const { installer, words } of INSTALLERS) {
    let installed;
    for (const { language, name, template } of LANGUAGES) {
      const startMs = Date.now();
      const log = (text) => {
        const seconds = ((Date.now() - startMs) / 1000).toFixed(0).padStart(4);
        console.log(`${seconds} s  ${installer}, ${name}: ${text}`);
      };
      const app = join(folder, `${installer}-${language}`);
      makeApp({ app, template: join(templates, template), language, plugin });
      // Taken from the tree of the app before is what this one does not need.
      if (installed !== undefined) renameSync(installed, join(app, 'node_modules'));
      run(installer, words.split(' '), app);
      installed = join(app, 'node_modules');
      if (existsSync(join(installed, '@freshtag/strapi/server')))
        throw new Error('what is installed is the workspace, not the package');
      log('it is installed');
      buildPanel(app);
      log('its admin panel is built, and has nothing twice');
      await visitApp(app, log);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log('check:strapi-install: npm and pnpm, TypeScript and JavaScript, 0 failed');

function run(command, args, cwd) {
  execFileSync(command, args, {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}
