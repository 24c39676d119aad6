import { appendRefresh } from '../outbox/append.ts';
import type { Instance } from '../instance.ts';
import { currentActor } from './actor.ts';
import { reasonOf } from './watched-type.ts';

/** What was written, and how. */
export interface Writing {
  /** `api::country.country:a1b2c3`, or a type alone. */
  readonly subject: string;
  readonly reason: string;
  /** Of which change it is a part, if of one that has others. */
  readonly change?: string | undefined;
}

/**
 * Appends what has become necessary by something that is written already. It never rejects: an error in
 * working out the tags makes them those of the whole type, and one of the database is logged.
 */
export async function appendWritten(
  instance: Instance,
  uid: string,
  writing: Writing,
  tagsOf: () => readonly string[],
): Promise<void> {
  const { strapi, names } = instance;
  const { subject, reason } = writing;
  let tags: readonly string[];
  try {
    tags = tagsOf();
  } catch (error) {
    tags = names.tagsOfWholeType(uid);
    strapi.log.error(
      `freshtag could not tell what ${reason} of ${subject} changes, so all of its type is refreshed: ${reasonOf(error)}`,
    );
  }
  try {
    await appendRefresh(instance, { ...writing, tags, actor: currentActor(strapi) });
  } catch (error) {
    strapi.log.error(
      `freshtag could not note that ${subject} has changed (${reason}), so it may be shown as it was. Refresh its tags: ${tags.join(', ')}. ${reasonOf(error)}`,
    );
  }
}
