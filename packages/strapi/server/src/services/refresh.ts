import { parseTags } from '@freshtag/core';

import { currentActor } from '../changes/actor.ts';
import type { Instance } from '../instance.ts';
import { appendRefresh } from '../outbox/append.ts';

/** `strapi.plugin('freshtag').service('refresh')` */
export interface RefreshService {
  /**
   * Has tags refreshed for every target, once the transaction of Strapi's that is open here, if one is,
   * is committed.
   * @param about.reason why, for the history. Default `request`
   * @returns how many tags
   * @throws FreshtagError `INVALID_TAG` for a tag that no header could have carried; nothing is
   *   refreshed then. Else as `OutboxStore.append`
   */
  refresh(
    tags: Iterable<string>,
    about?: { readonly reason?: string | undefined },
  ): Promise<number>;
  /**
   * Has all content refreshed, by few tags: after an import or a transfer, which change content in ways
   * that nobody sees.
   */
  refreshAll(about?: { readonly reason?: string | undefined }): Promise<number>;
}

export function createRefreshService(instance: Instance): RefreshService {
  const refresh: RefreshService['refresh'] = async (given, { reason = 'request' } = {}) => {
    const tags = parseTags(given);
    await appendRefresh(instance, { tags, reason, actor: currentActor(instance.strapi) });
    return tags.length;
  };
  return {
    refresh,
    refreshAll: ({ reason = 'refresh all' } = {}) => {
      const { names } = instance;
      return refresh(
        [...names.types.keys()].flatMap((uid) => names.tagsOfWholeType(uid)),
        { reason },
      );
    },
  };
}
