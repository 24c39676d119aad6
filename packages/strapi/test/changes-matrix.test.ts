import { afterAll, beforeAll, describe, test } from 'vitest';

import { startChanges, type ChangesWorld } from './support/changes-world.ts';
import {
  clearSingle,
  KINDS,
  newData,
  newDraft,
  newPublic,
  tagsOfDocument,
  type Kind,
} from './support/kinds.ts';

/** One way to change content, on one kind of type. */
interface Way {
  /** Says what is refreshed, and of which kind is put before. */
  readonly title: string;
  readonly isFor?: (kind: Kind) => boolean;
  /** @returns what the way appended, and what it should have */
  readonly run: (world: ChangesWorld, kind: Kind) => Promise<Appended>;
}

interface Appended {
  readonly tags: readonly string[];
  readonly expected: readonly string[];
}

const hasDrafts = ({ hasDrafts: has }: Kind): boolean => has;
const hasNoDrafts = ({ hasDrafts: has }: Kind): boolean => !has;
const isCollection = ({ isSingle }: Kind): boolean => !isSingle;
const and =
  (...conditions: readonly ((kind: Kind) => boolean)[]) =>
  (kind: Kind): boolean =>
    conditions.every((holds) => holds(kind));

/** A way that changes what visitors see of a document that they see already. */
function changing(
  title: string,
  isFor: (kind: Kind) => boolean,
  change: (world: ChangesWorld, kind: Kind, documentId: string) => Promise<unknown>,
): Way {
  return {
    title: `${title} refreshes the entry and its lists`,
    isFor,
    run: async (world, kind) => {
      const documentId = await newPublic(world, kind);
      const tags = await world.tagsOf(() => change(world, kind, documentId));
      return { tags, expected: tagsOfDocument(kind, documentId) };
    },
  };
}

/** A way that makes a document that visitors see. */
function making(
  title: string,
  isFor: (kind: Kind) => boolean,
  make: (world: ChangesWorld, kind: Kind) => Promise<string>,
): Way {
  return {
    title: `${title} refreshes the entry and its lists`,
    isFor,
    run: async (world, kind) => {
      await clearSingle(world.documents(kind.uid), kind);
      let documentId = '';
      const tags = await world.tagsOf(async () => {
        documentId = await make(world, kind);
      });
      return { tags, expected: tagsOfDocument(kind, documentId) };
    },
  };
}

/** A way that changes nothing that visitors see. */
function hidden(
  title: string,
  isFor: (kind: Kind) => boolean,
  change: (world: ChangesWorld, kind: Kind, documentId: string) => Promise<unknown>,
): Way {
  return {
    title: `${title} refreshes nothing`,
    isFor,
    run: async (world, kind) => {
      const documentId = await newPublic(world, kind);
      const tags = await world.tagsOf(() => change(world, kind, documentId));
      return { tags, expected: [] };
    },
  };
}

const manager = ({ uid, isSingle }: Kind, documentId = ''): string =>
  isSingle
    ? `/content-manager/single-types/${uid}`
    : `/content-manager/collection-types/${uid}${documentId && `/${documentId}`}`;

const fields = (kind: Kind): string =>
  Object.entries(newData(kind))
    .map(([name, value]) => `${name}: "${value}"`)
    .join(', ');

async function call(
  { admin }: ChangesWorld,
  ...[method, path, body]: Parameters<ChangesWorld['admin']['call']>
): Promise<string> {
  const answer = await admin.call(method, path, body);
  if (answer.status > 299) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.body.data?.documentId ?? '';
}

async function rest(
  world: ChangesWorld,
  ...[method, path, data]: Parameters<ChangesWorld['rest']>
): Promise<string> {
  const answer = await world.rest(method, path, data);
  if (answer.status > 299) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.body?.data?.documentId ?? '';
}

const restPath = ({ path, isSingle }: Kind, documentId: string): string =>
  isSingle ? path : `${path}/${documentId}`;

const DOCUMENTS: readonly Way[] = [
  making('strapi.documents.create as published', hasDrafts, (world, kind) =>
    newPublic(world, kind),
  ),
  making('strapi.documents.create', hasNoDrafts, (world, kind) => newPublic(world, kind)),
  hidden('strapi.documents.create of a draft', and(hasDrafts, isCollection), newDraft),
  changing('strapi.documents.update as published', hasDrafts, ({ documents }, kind, documentId) =>
    documents(kind.uid).update({ documentId, data: newData(kind), status: 'published' }),
  ),
  changing('strapi.documents.update', hasNoDrafts, ({ documents }, kind, documentId) =>
    documents(kind.uid).update({ documentId, data: newData(kind) }),
  ),
  hidden('strapi.documents.update of a draft', hasDrafts, ({ documents }, kind, documentId) =>
    documents(kind.uid).update({ documentId, data: newData(kind) }),
  ),
  changing('strapi.documents.publish', hasDrafts, ({ documents }, kind, documentId) =>
    documents(kind.uid).publish({ documentId }),
  ),
  changing('strapi.documents.unpublish', hasDrafts, ({ documents }, kind, documentId) =>
    documents(kind.uid).unpublish({ documentId }),
  ),
  hidden('strapi.documents.discardDraft', hasDrafts, ({ documents }, kind, documentId) =>
    documents(kind.uid).discardDraft({ documentId }),
  ),
  changing(
    'strapi.documents.delete',
    () => true,
    ({ documents }, kind, documentId) => documents(kind.uid).delete({ documentId }),
  ),
  {
    title: 'strapi.documents.delete of a draft refreshes nothing',
    isFor: hasDrafts,
    run: async (world, kind) => {
      const documentId = await newDraft(world, kind);
      const remove = (): Promise<unknown> => world.documents(kind.uid).delete({ documentId });
      return { tags: await world.tagsOf(remove), expected: [] };
    },
  },
  making('strapi.documents.clone', and(hasNoDrafts, isCollection), async (world, kind) => {
    const documentId = await newPublic(world, kind);
    // Only what the copy makes necessary is of interest.
    await world.atlas.strapi.db.connection('freshtag_outbox').delete();
    const copy = await world.documents(kind.uid).clone({ documentId, data: newData(kind) });
    return copy.documentId;
  }),
  hidden(
    'strapi.documents.clone to a draft',
    and(hasDrafts, isCollection),
    ({ documents }, kind, documentId) =>
      documents(kind.uid).clone({ documentId, data: newData(kind) }),
  ),
];

const CONTENT_MANAGER: readonly Way[] = [
  making('saving in the content manager', and(hasNoDrafts, isCollection), (world, kind) =>
    call(world, 'POST', manager(kind), newData(kind)),
  ),
  hidden('saving a new draft in the content manager', and(hasDrafts, isCollection), (world, kind) =>
    call(world, 'POST', manager(kind), newData(kind)),
  ),
  changing('saving a change in the content manager', hasNoDrafts, (world, kind, documentId) =>
    call(world, 'PUT', manager(kind, documentId), newData(kind)),
  ),
  hidden('saving a draft in the content manager', hasDrafts, (world, kind, documentId) =>
    call(world, 'PUT', manager(kind, documentId), newData(kind)),
  ),
  changing('publishing in the content manager', hasDrafts, (world, kind, documentId) =>
    call(world, 'POST', `${manager(kind, documentId)}/actions/publish`, newData(kind)),
  ),
  changing('unpublishing in the content manager', hasDrafts, (world, kind, documentId) =>
    call(world, 'POST', `${manager(kind, documentId)}/actions/unpublish`, {}),
  ),
  changing('unpublishing and discarding the draft', hasDrafts, (world, kind, documentId) =>
    call(world, 'POST', `${manager(kind, documentId)}/actions/unpublish`, { discardDraft: true }),
  ),
  hidden('discarding a draft in the content manager', hasDrafts, (world, kind, documentId) =>
    call(world, 'POST', `${manager(kind, documentId)}/actions/discard`, {}),
  ),
  changing(
    'deleting in the content manager',
    () => true,
    (world, kind, documentId) => call(world, 'DELETE', manager(kind, documentId)),
  ),
  changing('publishing many at once', and(hasDrafts, isCollection), (world, kind, documentId) =>
    call(world, 'POST', `${manager(kind)}/actions/bulkPublish`, { documentIds: [documentId] }),
  ),
  changing('unpublishing many at once', and(hasDrafts, isCollection), (world, kind, documentId) =>
    call(world, 'POST', `${manager(kind)}/actions/bulkUnpublish`, { documentIds: [documentId] }),
  ),
  changing('deleting many at once', isCollection, (world, kind, documentId) =>
    call(world, 'POST', `${manager(kind)}/actions/bulkDelete`, { documentIds: [documentId] }),
  ),
];

const CONTENT_API: readonly Way[] = [
  making('POST to the REST API', isCollection, (world, kind) =>
    rest(world, 'POST', kind.path, newData(kind)),
  ),
  changing(
    'PUT to the REST API',
    () => true,
    (world, kind, documentId) => rest(world, 'PUT', restPath(kind, documentId), newData(kind)),
  ),
  changing(
    'DELETE to the REST API',
    () => true,
    (world, kind, documentId) => rest(world, 'DELETE', restPath(kind, documentId)),
  ),
  making('a create mutation of GraphQL', isCollection, async ({ mutate }, kind) => {
    const data = await mutate(`made: create${kind.name}(data: { ${fields(kind)} }) { documentId }`);
    return (data as { made: { documentId: string } }).made.documentId;
  }),
  changing(
    'an update mutation of GraphQL',
    () => true,
    ({ mutate }, kind, documentId) => {
      const which = kind.isSingle ? '' : `documentId: "${documentId}", `;
      return mutate(`update${kind.name}(${which}data: { ${fields(kind)} }) { documentId }`);
    },
  ),
  changing(
    'a delete mutation of GraphQL',
    () => true,
    ({ mutate }, kind, documentId) => {
      const which = kind.isSingle ? '' : `(documentId: "${documentId}")`;
      return mutate(`delete${kind.name}${which} { documentId }`);
    },
  ),
];

const TRANSACTIONS: readonly Way[] = [
  changing(
    'code in a transaction of its own',
    () => true,
    ({ atlas, documents }, kind, documentId) =>
      atlas.strapi.db.transaction(async () => {
        await documents(kind.uid).update({ documentId, data: newData(kind) });
        if (kind.hasDrafts) await documents(kind.uid).publish({ documentId });
      }),
  ),
  hidden(
    'a transaction that is rolled back',
    () => true,
    ({ atlas, documents }, kind, documentId) =>
      atlas.strapi.db
        .transaction(async () => {
          await documents(kind.uid).delete({ documentId });
          throw new Error('rolled back');
        })
        .catch(() => {}),
  ),
];

const WAYS = [...DOCUMENTS, ...CONTENT_MANAGER, ...CONTENT_API, ...TRANSACTIONS];

for (const database of ['sqlite', 'postgres', 'mysql'] as const)
  describe(`on ${database}`, () => {
    let world: ChangesWorld | undefined;
    beforeAll(async () => {
      world = await startChanges(database);
    }, 60_000);
    afterAll(async () => {
      await world?.atlas.stop();
    });
    for (const kind of KINDS)
      for (const { title, run } of WAYS.filter(({ isFor = () => true }) => isFor(kind)))
        test(`${title}: ${kind.title}, ${database}`, async (context) => {
          const { expect } = context;
          if (world === undefined) {
            context.skip();
            return;
          }
          const { tags, expected } = await run(world, kind);
          expect(tags).toEqual(expected);
        });
  });
