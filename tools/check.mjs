#!/usr/bin/env node
// Everything that is checked besides the tests; each check runs, whatever the ones before found.
// usage: node tools/run.mjs check
import { execute } from './toolchain.mjs';

const CHECKS = ['format:check', 'lint', 'typecheck', 'knip', 'check:docs', 'check:packages'];

const failed = CHECKS.filter((name) => {
  const passed = execute('pnpm', ['run', name]) === 0;
  console.log(`${passed ? 'ok  ' : 'FAIL'} ${name}`);
  return !passed;
});
console.log(`checks: ${CHECKS.length - failed.length} passed, ${failed.length} failed`);
process.exit(failed.length === 0 ? 0 : 1);
