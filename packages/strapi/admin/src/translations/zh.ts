import type { TextsByKey } from './keys.ts';
import { common } from './zh/common.ts';
import { entries } from './zh/entries.ts';
import { pages } from './zh/pages.ts';

export const texts: TextsByKey = { ...common, ...entries, ...pages };
