import type { common } from './en/common.ts';
import type { entries } from './en/entries.ts';
import type { pages } from './en/pages.ts';

/** Key of a text, without the plugin's id. */
export type TextKey = keyof typeof common | keyof typeof entries | keyof typeof pages;

/** All texts of one language. */
export type TextsByKey = Readonly<Record<TextKey, string>>;
