import { FreshtagError, invalidOption } from '@freshtag/core';
import { lstatSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

import type { FreshtagConfig } from '../define-config.ts';
import type { Session } from '../session.ts';
import { parseConfig } from './config-schema.ts';

/** A configuration that was read. */
export interface ConfigFile {
  /** Whole path. */
  readonly path: string;
  readonly config: FreshtagConfig;
}

/**
 * Reads a configuration file. TypeScript is what Node itself can strip: types, no enums or namespaces.
 *
 * @throws FreshtagError `FILE_INACCESSIBLE`, `FILE_UNUSABLE`, `INVALID_OPTION`; the signal's reason;
 *   whatever the file throws
 */
export async function loadConfigFile(
  found: readonly string[],
  session: Session,
): Promise<ConfigFile> {
  const [path = '', ...more] = found;
  if (more.length > 0) {
    throw new FreshtagError(
      'FILE_UNUSABLE',
      `There is more than one configuration file: ${found.join(', ')}. Keep one, or name one with --config.`,
    );
  }
  if (!/\.m?[jt]s$/.test(path))
    throw invalidOption('--config', path, 'a file that ends in .ts, .mts, .js or .mjs');
  checkIsFile(path);
  session.configFile = path;
  hideLoaderWarnings();
  return { path, config: parseConfig(await importInTime(path, session.signal), path) };
}

function checkIsFile(path: string): void {
  const kind = statSync(path, { throwIfNoEntry: false });
  if (kind?.isFile() === true) return;
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  const what =
    kind !== undefined
      ? `${path} is no file`
      : isLink
        ? `${path} is a link to a file that does not exist`
        : `There is no configuration file ${path}`;
  throw new FreshtagError('FILE_INACCESSIBLE', `${what}. Correct --config, or leave it out.`);
}

/** What the file exports; waits for it no longer than until the signal, or until nothing more can happen. */
async function importInTime(path: string, signal: AbortSignal): Promise<unknown> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  // Node comes here when nothing is left that could go on with the file.
  const onIdle = (): void =>
    reject(new Error('it awaits something that never comes. Look for an await at its top level.'));
  signal.addEventListener('abort', onAbort, { once: true });
  process.once('beforeExit', onIdle);
  try {
    signal.throwIfAborted();
    return await Promise.race([importDefault(path), promise]);
  } finally {
    process.off('beforeExit', onIdle);
    signal.removeEventListener('abort', onAbort);
  }
}

async function importDefault(path: string): Promise<unknown> {
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(path).href);
  const { default: value } = module;
  // A file that exports nothing at all is taken for CommonJS, with an empty object of its own.
  const isEmpty = isObject(value) && Object.keys(value).length === 0;
  return isEmpty && 'module.exports' in module ? undefined : value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** What Node says of how it loaded the file is no news to the person who runs a command. */
function hideLoaderWarnings(): void {
  const printers = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning: NodeJS.ErrnoException) => {
    const ofLoader =
      warning.code === 'MODULE_TYPELESS_PACKAGE_JSON' ||
      /type stripping|load the ES module/i.test(warning.message);
    if (!ofLoader) for (const print of printers) print(warning);
  });
}
