import { REMOVALS } from '../../../contract/admin-api.ts';
import type { TextKey } from '../translations/keys.ts';
import type { Say } from '../translations/texts.ts';

const TEXTS = new Map<string, TextKey>(
  Object.entries({
    publish: 'reason.publish',
    unpublish: 'reason.unpublish',
    create: 'reason.create',
    update: 'reason.update',
    delete: 'reason.delete',
    clone: 'reason.clone',
    'media.create': 'reason.media-create',
    'media.update': 'reason.media-update',
    'media.delete': 'reason.media-delete',
    'locale.create': 'reason.locale-create',
    'locale.update': 'reason.locale-update',
    'locale.delete': 'reason.locale-delete',
    'locale.default': 'reason.locale-default',
    request: 'reason.request',
    refresh: 'reason.refresh',
    'refresh tags': 'reason.refresh-tags',
    'refresh all': 'reason.refresh-all',
  } as const),
);

/** What was done, in the reader's language; the words of a caller as they are. */
export function reasonText(say: Say, reason: string): string {
  const key = reason.startsWith('query.') ? 'reason.query' : TEXTS.get(reason);
  return key === undefined ? reason : say(key);
}

/** Whether a change took its entry from visitors. */
export function tookAway(reason: string): boolean {
  return REMOVALS.has(reason);
}
