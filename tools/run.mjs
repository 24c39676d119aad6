#!/usr/bin/env node
// The commands of the README, from a fresh clone: brings tools and dependencies, builds, runs.
// usage: node tools/run.mjs demo|demo:cms|test|check|check:strapi-install|screenshots:strapi|fuzz [arguments for it]
import { fileURLToPath } from 'node:url';

import { ensureToolchain, execute } from './toolchain.mjs';

const COMMANDS = {
  demo: ['pnpm', '--filter', 'atlas-site', 'run', 'demo'],
  'demo:cms': ['node', 'apps/atlas-cms/demo/run.mts'],
  test: ['pnpm', 'exec', 'vitest', 'run'],
  check: ['node', 'tools/check.mjs'],
  'check:strapi-install': ['node', 'tools/check-strapi-install.mjs'],
  'screenshots:strapi': [
    'node',
    '--conditions=@freshtag/source',
    'packages/strapi/test/admin-ui/screenshots.ts',
  ],
  fuzz: ['node', 'packages/edge/fuzz/run.ts'],
};

const [name, ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (command === undefined) {
  console.error(`usage: node tools/run.mjs ${Object.keys(COMMANDS).join('|')}`);
  process.exit(2);
}

ensureToolchain(fileURLToPath(import.meta.url));
process.chdir(fileURLToPath(new URL('..', import.meta.url)));
for (const [tool, ...rest] of [
  ['pnpm', 'install', '--frozen-lockfile', '--prefer-offline'],
  ['pnpm', 'exec', 'turbo', 'run', 'build', '--output-logs=errors-only', '--log-order=grouped'],
  [...command, ...args],
]) {
  const status = execute(tool, rest);
  if (status !== 0) process.exit(status);
}
