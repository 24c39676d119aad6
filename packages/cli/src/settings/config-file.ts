import { FreshtagError, invalidOption } from '@freshtag/core';
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { FreshtagConfig } from '../define-config.ts';
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
 * @throws FreshtagError `FILE_INACCESSIBLE`, `FILE_UNUSABLE`, `INVALID_OPTION`
 */
export async function loadConfigFile(found: readonly string[]): Promise<ConfigFile> {
  const [path = '', ...more] = found;
  if (more.length > 0) {
    throw new FreshtagError(
      'FILE_UNUSABLE',
      `There is more than one configuration file: ${found.join(', ')}. Keep one, or name one with --config.`,
    );
  }
  if (!/\.m?[jt]s$/.test(path))
    throw invalidOption('--config', path, 'a file that ends in .ts, .mts, .js or .mjs');
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new FreshtagError(
      'FILE_INACCESSIBLE',
      `There is no configuration file ${path}. Correct --config, or leave it out.`,
    );
  }
  return { path, config: parseConfig(await importDefault(path), path) };
}

async function importDefault(path: string): Promise<unknown> {
  hideLoaderWarnings();
  try {
    const module: { readonly default?: unknown } = await import(pathToFileURL(path).href);
    return module.default;
  } catch (error) {
    throw new FreshtagError(
      'FILE_UNUSABLE',
      `${path} cannot be loaded${placeOf(error, path)}: ${reasonOf(error)}`,
    );
  }
}

/** Where Node found the fault, if the stack begins with the file and the line. */
function placeOf(error: unknown, path: string): string {
  const [first = ''] = error instanceof Error ? (error.stack ?? '').split('\n', 1) : [];
  const [, file, line] = /([^\\/]+):(\d+)$/.exec(first) ?? [];
  return file === basename(path) ? ` (line ${line})` : '';
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return `it threw ${String(error)}.`;
  const [message = ''] = error.message.trim().split('\n', 1);
  const { code } = error as NodeJS.ErrnoException;
  const said = /[.!?]$/.test(message) ? message : `${message}.`;
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
    return `${said} Node strips types only; write it without enums, namespaces and parameter properties.`;
  if (code === 'ERR_MODULE_NOT_FOUND')
    return `${said} Install it beside the file, or export a plain object without importing anything.`;
  if (error instanceof SyntaxError && /\b(export|import)\b/.test(message))
    return `${said} If its package.json says "type": "commonjs", call it freshtag.config.mts.`;
  return said;
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
