import type { RefreshAction } from './actions.ts';
import { readDomain, readForce, required } from './parameters.ts';
import { Refusal } from './refusal.ts';

const MAX_CACHE_TAG_CHARACTERS = 16_384;
// No header can hold one, so that no response can have such a tag.
const CONTROL_CHARACTER = /\p{Cc}/u;

/** `RefreshDcdnObjectCacheByCacheTag` */
export const refreshByTag: RefreshAction = {
  asked: (query) => ({
    domain: query['DomainName'] ?? '',
    tags: tagsIn(query['CacheTag'] ?? '').filter((tag) => tag !== ''),
  }),
  read: (query, domains) => {
    const domain = readDomain(required(query, 'DomainName'), domains);
    const cacheTag = required(query, 'CacheTag');
    const tags = tagsIn(cacheTag);
    if (cacheTag.length > MAX_CACHE_TAG_CHARACTERS)
      throw invalid(`at most ${MAX_CACHE_TAG_CHARACTERS} characters`);
    if (tags.includes('')) throw invalid('no empty tag');
    if (CONTROL_CHARACTER.test(cacheTag)) throw invalid('no control characters');
    return {
      domain,
      tags,
      force: readForce(query),
      objectType: 'tag',
      objects: [{ domain, objectPath: cacheTag }],
    };
  },
};

function invalid(rule: string): Refusal {
  return new Refusal(400, 'InvalidParameters', `CacheTag: ${rule}.`);
}

function tagsIn(cacheTag: string): string[] {
  return cacheTag.split(',');
}
