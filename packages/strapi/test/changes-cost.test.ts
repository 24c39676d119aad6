import type { Core } from '@strapi/strapi';
import { test } from 'vitest';

import { ONE_TARGET } from './support/changes-world.ts';
import type { DatabaseKind } from './support/databases.ts';
import { startStrapi, type StartOptions } from './support/start-strapi.ts';

const COUNTRY = 'api::country.country';

for (const database of ['sqlite', 'postgres', 'mysql'] as const)
  test(`a publish sends three statements more than without the plugin at most, on ${database}`, async (context) => {
    const { expect } = context;
    const plain = await statementsOfPublish({ database, freshtag: {} });
    const ours = await statementsOfPublish({ database, freshtag: ONE_TARGET });
    if (plain === undefined || ours === undefined) {
      context.skip();
      return;
    }
    expect(ours - plain).toBeGreaterThan(0);
    expect(ours - plain).toBeLessThanOrEqual(3);
  }, 120_000);

/** Of the second publish of an entry with links, when all is warm. */
async function statementsOfPublish(
  options: StartOptions & { readonly database: DatabaseKind },
): Promise<number | undefined> {
  const atlas = await startStrapi(options);
  if (atlas === undefined) return undefined;
  const { db, documents } = atlas.strapi;
  try {
    const language = await documents('api::language.language' as never).create({
      data: { name: 'German', code: 'deu' },
    } as never);
    const isMade = eventsOf(atlas.strapi, ['entry.create', 'entry.publish']);
    const { documentId } = await documents(COUNTRY as never).create({
      data: { name: 'Germany', code: 'DE', languages: [language.documentId] },
      status: 'published',
    } as never);
    await isMade;
    let count = 0;
    db.connection.on('query', () => {
      count += 1;
    });
    const isPublished = eventsOf(atlas.strapi, ['entry.publish']);
    await documents(COUNTRY as never).publish({ documentId });
    await isPublished;
    return count;
  } finally {
    await atlas.stop();
  }
}

/** Resolves when Strapi has told all of that of a country, for which it reads it again after the commit. */
async function eventsOf({ eventHub }: Core.Strapi, names: readonly string[]): Promise<void> {
  await Promise.all(
    names.map(
      (name) =>
        new Promise<void>((resolve) => {
          const remove = eventHub.on(name, async ({ uid }: { uid: string }) => {
            if (uid !== COUNTRY) return;
            remove();
            resolve();
          });
        }),
    ),
  );
}
