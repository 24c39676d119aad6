import { readCacheTag } from '@freshtag/core';
import { askPage } from '@freshtag/core/verify';

import { isDrafted } from '../../changes/schema.ts';
import type { DynamicTarget } from '../../config.ts';
import type { Instance } from '../../instance.ts';
import { domainsOf } from '../../outbox/stages.ts';
import { domainOf } from '../../probe/look.ts';
import { urlsOfEntry } from '../../probe/urls.ts';
import { failed, passed, unknown, type Finding } from './finding.ts';

const TIMEOUT_MS = 10_000;
/** How many of the newest entries of a type are tried for an address. */
const NEWEST = 5;

/** Whether a page of the target has tags, as the origin gives it or as visitors get it from the edge. */
export async function lookForHeader(
  instance: Instance,
  {
    name,
    target,
    place,
  }: Readonly<{ name: string; target: DynamicTarget; place: 'origin' | 'edge' }>,
): Promise<Finding> {
  const { verify } = target;
  if (verify === undefined)
    return cannot(`targets.${name}.verify.origin does not say where its origin is.`);
  const url = await pageOf(instance, domainsOf(target));
  if (url === undefined) return cannot(`No published entry has a page there by types.….urls.`);
  const domain = domainOf(url);
  const { headerName } = instance.config.headers;
  const { status, headers, failure } = await askPage(url, place, {
    domain,
    ...verify,
    timeoutMs: TIMEOUT_MS,
  });
  if (status === undefined)
    return cannot(`The ${place} ${failure ?? 'does not answer'}, asked for a page of ${domain}.`);
  const tags = readCacheTag(headers[headerName.toLowerCase()]);
  const seen = `HTTP ${status}, ${headerName}: ${tags.length}`;
  if (tags.length > 0) return passed(seen);
  const message =
    place === 'origin'
      ? `The origin's answer for a page of ${domain} (HTTP ${status}) has no ${headerName}, so no refresh by tag can reach it. Let the origin send the tags of what a page was made from.`
      : `The edge's answer for a page of ${domain} (HTTP ${status}) has no ${headerName}. It may keep the header from visitors, or hold a copy from before the origin sent it.`;
  const problem = { code: 'ORIGIN_WITHOUT_TAGS', message };
  return place === 'origin' ? failed(problem, seen) : unknown(problem);
}

function cannot(why: string): Finding {
  return unknown({ code: 'NOT_VERIFIED', message: `${why} So nothing was asked.` });
}

/** A page at one of the domains, of an entry that was published lately. */
async function pageOf(
  { strapi, config, names }: Instance,
  domains: readonly string[],
): Promise<string | undefined> {
  for (const uid of names.types.keys()) {
    if (names.types.get(uid)?.mapping.urls === undefined) continue;
    const where = isDrafted(strapi, uid) ? { publishedAt: { $notNull: true } } : {};
    const entries: readonly object[] = await strapi.db
      .query(uid)
      .findMany({ where, orderBy: { id: 'desc' }, limit: NEWEST });
    for (const entry of entries) {
      const urls = urlsOf(config, uid, entry);
      const own = urls.find((url) => domains.includes(domainOf(url)));
      if (own !== undefined) return own;
    }
  }
  return undefined;
}

/** The project's own function may fail: then the entry has none. */
function urlsOf(config: Instance['config'], uid: string, entry: object): readonly string[] {
  try {
    return urlsOfEntry(config, uid, { ...entry });
  } catch {
    return [];
  }
}
