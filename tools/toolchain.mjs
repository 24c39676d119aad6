// Runs a command with this workspace's Node and pnpm, fetching both from npm where the machine's are too old.
// Works from Node 20 upwards and needs only npm.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const NODE = 'node@24.21.0';
const PNPM = 'pnpm@12.4.2';
const MARK = 'FRESHTAG_TOOLCHAIN';

/** Whether this process already runs with a Node and a pnpm that the workspace can use. */
function isReady() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const nodeIsNewEnough = major > 22 || (major === 22 && minor >= 19);
  const pnpm = spawnSync('pnpm', ['--version'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  const pnpmIsNewEnough = pnpm.status === 0 && Number.parseInt(pnpm.stdout, 10) >= 12;
  return { nodeIsNewEnough, pnpmIsNewEnough };
}

/**
 * Starts this script again with the tools that are missing, and ends with its exit code; returns
 * when nothing is missing.
 */
export function ensureToolchain(script) {
  const { nodeIsNewEnough, pnpmIsNewEnough } = isReady();
  if (nodeIsNewEnough && pnpmIsNewEnough) return;
  if (process.env[MARK] === '1')
    throw new Error(`npx did not bring ${NODE} and ${PNPM} to the PATH`);
  const packages = [
    ...(nodeIsNewEnough ? [] : ['-p', NODE]),
    ...(pnpmIsNewEnough ? [] : ['-p', PNPM]),
  ];
  console.log(
    `freshtag: fetching ${packages.filter((word) => word !== '-p').join(' and ')} through npx`,
  );
  const again = ['-y', ...packages, '--', 'node', script, ...process.argv.slice(2)];
  process.exit(execute('npx', again, { ...process.env, [MARK]: '1' }));
}

/** Runs a command to its end, its output being ours; returns its exit code, and says so if a signal ended it. */
export function execute(command, args, env = environment()) {
  const shell = process.platform === 'win32';
  // A shell would take a path with a space apart.
  const words = shell ? args.map((word) => (word.includes(' ') ? `"${word}"` : word)) : args;
  const { error, signal, status } = spawnSync(command, words, { stdio: 'inherit', env, shell });
  if (status === null)
    console.error(`freshtag: ${command} ${args.join(' ')} ended by ${signal ?? error?.message}`);
  return status ?? 1;
}

/** Native add-ons must see the headers of the Node that runs, not those that a user's npm settings name. */
function environment() {
  const bin = dirname(process.execPath);
  const platformPackage = `node-${process.platform}-${process.arch}`;
  const nodedir = [
    join(bin, '..'),
    join(bin, '../node_modules', platformPackage),
    join(bin, '../..', platformPackage),
  ].find((folder) => existsSync(join(folder, 'include/node/node.h')));
  const { npm_config_nodedir: _, ...env } = process.env;
  return {
    TURBO_TELEMETRY_DISABLED: '1',
    ASTRO_TELEMETRY_DISABLED: '1',
    ...env,
    ...(nodedir === undefined ? {} : { npm_config_nodedir: nodedir }),
  };
}
