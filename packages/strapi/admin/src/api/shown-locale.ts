import { useQueryParams } from '@strapi/strapi/admin';

/** Locale that the content manager shows, by its address. */
export function useShownLocale(): string | undefined {
  const [{ query }] = useQueryParams<{ plugins?: { i18n?: { locale?: unknown } } }>();
  const locale = query.plugins?.i18n?.locale;
  return typeof locale === 'string' ? locale : undefined;
}
