import { createIntl } from 'react-intl';

import type { TextKey, TextsByKey } from '../../admin/src/translations/keys.ts';
import { texts as de } from '../../admin/src/translations/de.ts';
import { texts as en } from '../../admin/src/translations/en.ts';
import { texts as fr } from '../../admin/src/translations/fr.ts';
import { texts as zh } from '../../admin/src/translations/zh.ts';

/** By the codes of the admin panel. */
export const TEXTS: Readonly<Record<string, TextsByKey>> = { en, de, fr, 'zh-Hans': zh };

type Values = Readonly<Record<string, string | number>>;

const UNKNOWN = '\u0001';

/** A text as the admin panel shows it; what no value was given for can be anything. */
export function say(key: TextKey, values: Values = {}, language = 'en'): RegExp {
  const text = TEXTS[language]?.[key] ?? '';
  const names = [...text.matchAll(/\{(\w+)/g)].map(([, name = '']) => name);
  const all = { ...Object.fromEntries(names.map((name) => [name, UNKNOWN])), ...values };
  const intl = createIntl({ locale: language, messages: { [key]: text } });
  const shown = intl.formatMessage({ id: key }, all);
  return new RegExp(shown.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll(UNKNOWN, '.*'));
}
