import type { Instance } from '../instance.ts';
import { LOCALE_UID } from '../tags/types.ts';
import { appendWritten } from './append-written.ts';

const SETTINGS_UID = 'strapi::core-store';
const DEFAULT_LOCALE_KEY = 'plugin_i18n_default_locale';

interface LocaleEvent {
  readonly result?: { readonly code?: string; readonly key?: string } | null;
}

/**
 * Refreshes lists of locales when they change; and all types with locales when one is removed, with all
 * its entries, or when another one becomes what visitors see who ask for none.
 */
export function watchLocales(instance: Instance): void {
  const { strapi, names } = instance;
  if (!(LOCALE_UID in strapi.contentTypes)) return;
  const localized = [...names.types.values()].filter(({ hasLocales }) => hasLocales);
  const refresh = async (
    uids: readonly string[],
    reason: string,
    { result }: LocaleEvent,
  ): Promise<void> => {
    const about = { subject: `${LOCALE_UID}:${result?.code ?? ''}`, reason };
    await appendWritten(instance, LOCALE_UID, about, () => [
      ...new Set(uids.flatMap((uid) => names.tagsOfWholeType(uid))),
    ]);
  };
  const all = [LOCALE_UID, ...localized.map(({ uid }) => uid)];
  strapi.db.lifecycles.subscribe({
    models: [LOCALE_UID],
    afterCreate: (event: LocaleEvent) => refresh([LOCALE_UID], 'locale.create', event),
    afterUpdate: (event: LocaleEvent) => refresh([LOCALE_UID], 'locale.update', event),
    afterDelete: (event: LocaleEvent) => refresh(all, 'locale.delete', event),
  });
  strapi.db.lifecycles.subscribe({
    models: [SETTINGS_UID],
    afterUpdate: async (event: LocaleEvent) => {
      if (event.result?.key === DEFAULT_LOCALE_KEY) await refresh(all, 'locale.default', {});
    },
  });
}
