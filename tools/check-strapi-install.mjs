#!/usr/bin/env node
// Installs the packed Strapi plugin with npm into fresh apps of Strapi's own templates, outside the
// workspace; starts them, publishes, and looks at what the edge serves. Minutes, most of them npm's.
// usage: node tools/check-strapi-install.mjs   (after a build)
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { fetchTemplates, makeApp, packPlugin } from './strapi-install/app.mjs';
import { visitApp } from './strapi-install/visit.mjs';

const INSTALL = 'install --ignore-scripts --no-audit --no-fund --prefer-offline --loglevel=error';
const LANGUAGES = [
  { language: 'ts', name: 'TypeScript', template: 'vanilla' },
  { language: 'js', name: 'JavaScript', template: 'vanilla-js' },
];

const folder = mkdtempSync(join(tmpdir(), 'freshtag-strapi-install-'));
try {
  const templates = fetchTemplates(folder);
  const plugin = packPlugin(folder);
  let installed;
  for (const { language, name, template } of LANGUAGES) {
    const startMs = Date.now();
    const log = (text) => {
      console.log(`${((Date.now() - startMs) / 1000).toFixed(0).padStart(4)} s  ${name}: ${text}`);
    };
    const app = join(folder, language);
    makeApp({ app, template: join(templates, template), language, plugin });
    // npm removes from the tree of the app before what this one does not need.
    if (installed !== undefined) renameSync(installed, join(app, 'node_modules'));
    run('npm', INSTALL.split(' '), app);
    installed = join(app, 'node_modules');
    if (existsSync(join(installed, '@freshtag/strapi/server')))
      throw new Error('what is installed is the workspace, not the package');
    log('npm has installed it');
    if (language === 'ts') {
      run(process.execPath, ['node_modules/typescript/bin/tsc'], app);
      log('it is compiled, its configuration typed');
    }
    await visitApp(app, log);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log('check:strapi-install: TypeScript and JavaScript, 0 failed');

function run(command, args, cwd) {
  execFileSync(command, args, {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}
