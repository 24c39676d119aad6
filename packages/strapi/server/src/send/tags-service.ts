import type { Instance } from '../instance.ts';
import type { TagNames } from '../tags/names.ts';
import { collectorOf } from './collector.ts';
import { createModels } from './models.ts';
import { walkEntries } from './walk-entries.ts';

/**
 * For code of the project: `strapi.plugin('freshtag').service('tags')`. `context` is Koa’s; what is added
 * to it goes into the header when the answer is a successful `GET`.
 */
export interface TagsService extends Pick<
  TagNames,
  'tagsOfEntry' | 'tagsOfList' | 'tagsOfChange' | 'tagsOfWholeType'
> {
  /**
   * Adds tags to the answer of a custom controller.
   * @throws FreshtagError `INVALID_TAG`
   */
  readonly addTags: (context: object, tags: Iterable<string>) => void;
  /**
   * Adds the tags of entries that the answer shows, and of all entries inside them. A list adds the tag of
   * the type’s lists too, even if it is empty.
   */
  readonly addEntries: (context: object, uid: string, entries: object | null) => void;
}

export function createTagsService(instance: Instance): TagsService {
  const models = createModels(instance.strapi);
  const { names } = instance;
  return {
    addTags: (context, tags) => {
      collectorOf(context, names).add(tags);
    },
    addEntries: (context, uid, entries) => {
      const collector = collectorOf(context, names);
      if (Array.isArray(entries)) collector.addList(uid);
      walkEntries({ models, collector, format: 'v5' }, uid, entries);
    },
    tagsOfEntry: names.tagsOfEntry,
    tagsOfList: names.tagsOfList,
    tagsOfChange: names.tagsOfChange,
    tagsOfWholeType: names.tagsOfWholeType,
  };
}
