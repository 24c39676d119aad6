import { basename, dirname } from 'node:path';

import { BadInput } from './bad-input.ts';

/** Where the builds of one site are: a clone, a branch with what was built, a folder in it. */
export interface HistorySource {
  /** What tables and results call it. */
  readonly name: string;
  readonly path: string;
  readonly branch: string;
  /** Without a slash at its ends; empty: all of the branch. */
  readonly folder: string;
}

const DEFAULT_BRANCH = 'gh-pages';
const SOURCE = /^(?:(?<name>[^=#]+)=)?(?<path>[^#]+)(?:#(?<branch>[^:]*)(?::(?<folder>.*))?)?$/;

/**
 * Reads `[NAME=]PATH[#branch[:folder]]`.
 * @throws BadInput for anything else
 */
export function parseSource(text: string): HistorySource {
  const groups = SOURCE.exec(text)?.groups;
  const path = groups?.['path'];
  if (groups === undefined || path === undefined)
    throw new BadInput(`“${text}” is not [NAME=]PATH[#branch[:folder]]`);
  const branch = groups['branch'] ?? '';
  return {
    name: groups['name'] ?? nameOf(path),
    path,
    branch: branch === '' ? DEFAULT_BRANCH : branch,
    folder: (groups['folder'] ?? '').replaceAll(/^\/+|\/+$/g, ''),
  };
}

function nameOf(path: string): string {
  const last = basename(path);
  return last === '.git' ? basename(dirname(path)) : last;
}
