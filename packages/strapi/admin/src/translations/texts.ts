import { useCallback } from 'react';
import { useIntl } from 'react-intl';

import { PLUGIN_ID } from '../plugin-id.ts';
import type { TextKey } from './keys.ts';

type Values = Readonly<Record<string, string | number>>;

/** Gives texts in the reader's language. Values are shown as they are: no markup in them is read. */
export type Say = (key: TextKey, values?: Values) => string;

export function useTexts(): Say {
  const intl = useIntl();
  return useCallback(
    (key, values) => intl.formatMessage({ id: `${PLUGIN_ID}.${key}` }, values),
    [intl],
  );
}

/** Texts of one language, as Strapi takes them. */
export interface Texts {
  readonly locale: string;
  readonly data: Record<string, string>;
}

type Loader = () => Promise<{ readonly texts: Readonly<Record<string, string>> }>;

/**
 * By the codes of Strapi's admin panel. Its `zh` is in traditional characters; ours, in simplified ones,
 * are nearer to its readers than English.
 */
const LANGUAGES: Readonly<Record<string, Loader>> = {
  en: () => import('./en.ts'),
  de: () => import('./de.ts'),
  fr: () => import('./fr.ts'),
  zh: () => import('./zh.ts'),
  'zh-Hans': () => import('./zh.ts'),
};

/** Never rejects: where texts of a language cannot be had, Strapi shows the English ones. */
export async function loadTexts(locales: readonly string[]): Promise<Texts[]> {
  return Promise.all(
    locales.map(async (locale) => {
      const loaded = await LANGUAGES[locale]?.().catch(() => undefined);
      const entries = Object.entries(loaded?.texts ?? {});
      const data = entries.map(([key, text]) => [`${PLUGIN_ID}.${key}`, text] as const);
      return { locale, data: Object.fromEntries(data) };
    }),
  );
}
