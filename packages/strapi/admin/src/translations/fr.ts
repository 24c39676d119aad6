import type { TextsByKey } from './keys.ts';
import { common } from './fr/common.ts';
import { entries } from './fr/entries.ts';
import { pages } from './fr/pages.ts';

export const texts: TextsByKey = { ...common, ...entries, ...pages };
