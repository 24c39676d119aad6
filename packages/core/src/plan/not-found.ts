import { urlsOf, type UrlOptions } from '../site/urls/url-forms.ts';
import { NOT_FOUND_TAG } from '../tags/names.ts';
import type { Plan, PlannedPage } from './plan.ts';

/**
 * How a 404 that may be stored for a new page is refreshed: `tag`, by the tag that the origin puts on each
 * 404; `urls`, by every URL form of the page, where the origin cannot be made to send that.
 */
export type NotFoundRefresh = 'tag' | 'urls';

/** The plan with the URLs of pages for which a 404 may be stored, in the place of the tag of 404s. */
export function refreshNotFoundByUrl(plan: Plan, options: Omit<UrlOptions, 'domain'> = {}): Plan {
  const withUrls = (page: PlannedPage): PlannedPage => {
    // Where nothing is known of the edge, nobody knows for which paths it has 404s.
    if (page.reason === 'unknown' || !page.refresh.includes(NOT_FOUND_TAG)) return page;
    const refresh = page.refresh.filter((tag) => tag !== NOT_FOUND_TAG);
    if (!page.path.startsWith('/')) return { ...page, refresh };
    return { ...page, refresh, urls: urlsOf(page.path, { ...options, domain: plan.domain }) };
  };
  return { ...plan, pages: plan.pages.map(withUrls) };
}

/** All URLs that a plan refreshes one by one, each once, sorted. */
export function plannedUrls(plan: Plan): string[] {
  return [...new Set(plan.pages.flatMap((page) => page.urls ?? []))].sort();
}
