import type { TextsByKey } from './keys.ts';
import { common } from './en/common.ts';
import { entries } from './en/entries.ts';
import { pages } from './en/pages.ts';

export const texts: TextsByKey = { ...common, ...entries, ...pages };
