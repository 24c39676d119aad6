import type { TextsByKey } from './keys.ts';
import { common } from './de/common.ts';
import { entries } from './de/entries.ts';
import { pages } from './de/pages.ts';

export const texts: TextsByKey = { ...common, ...entries, ...pages };
