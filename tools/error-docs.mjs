#!/usr/bin/env node
// Writes docs/errors.md from the tables in the core's source; with --check only says whether it is up to date.
// usage: node tools/error-docs.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { knownApiCodes } from '../packages/core/src/dcdn/api-codes.ts';
import { ERROR_CODES } from '../packages/core/src/error-codes.ts';

const file = fileURLToPath(new URL('../docs/errors.md', import.meta.url));

const RECOVERY = {
  retry: 'tried again',
  split: 'batch taken apart',
  'next-quota-day': 'waits for the next day',
  stop: 'stops',
};

const entries = Object.entries(ERROR_CODES).map(([code, { happened, remedy }]) => {
  const cloudCodes = knownApiCodes().filter(([, meaning]) => meaning.code === code);
  const list = cloudCodes.map(
    ([apiCode, { recovery }]) => `\`${apiCode}\` (${RECOVERY[recovery]})`,
  );
  const cloud = list.length === 0 ? '' : `\n**The cloud’s codes:** ${list.join(', ')}.\n`;
  return `## ${code}\n\n${happened}\n\n**What to do:** ${remedy}\n${cloud}`;
});

const page = `# Errors

<!-- Made by tools/error-docs.mjs from packages/core/src/error-codes.ts and dcdn/api-codes.ts. -->

Every error of freshtag’s has a permanent code, in \`error.code\` and at the beginning of what the command
prints. \`isFreshtagError(error, code)\` from \`@freshtag/core\` recognises it, also across duplicate
installs. \`error.recovery\` says what can be done: \`retry\`, \`split\`, \`next-quota-day\` or \`stop\`. An
error of the cloud’s has its own code in \`error.apiCode\`, and \`status\`, \`requestId\` and \`retryAfterMs\`
where the answer had them. A code of the cloud’s that is not listed here stops, unless its status or the
header \`x-acs-retry-after\` says that it passes.

${entries.join('\n')}`;

if (!process.argv.includes('--check')) writeFileSync(file, page);
else if (readFileSync(file, 'utf8') !== page) {
  console.error('docs/errors.md is not what its sources say: run node tools/error-docs.mjs');
  process.exit(1);
}
