import type { RefreshAction } from './actions.ts';
import { checkDomain, readForce, required } from './parameters.ts';
import { Refusal } from './refusal.ts';

const MAX_CACHE_TAG_CHARACTERS = 16_384;

/** `RefreshDcdnObjectCacheByCacheTag` */
export const refreshByTag: RefreshAction = {
  asked: (query) => ({
    domain: query['DomainName'] ?? '',
    tags: tagsIn(query['CacheTag'] ?? '').filter((tag) => tag !== ''),
  }),
  read: (query, domain) => {
    checkDomain(required(query, 'DomainName'), domain);
    const cacheTag = required(query, 'CacheTag');
    const tags = tagsIn(cacheTag);
    if (cacheTag.length > MAX_CACHE_TAG_CHARACTERS || tags.includes('')) {
      throw new Refusal(
        400,
        'InvalidParameters',
        `CacheTag: 1 to ${MAX_CACHE_TAG_CHARACTERS} characters, no empty tag.`,
      );
    }
    return { tags, force: readForce(query), objectType: 'tag', objectPaths: [cacheTag] };
  },
};

function tagsIn(cacheTag: string): string[] {
  return cacheTag.split(',');
}
