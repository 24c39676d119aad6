import type { FreshtagConfig } from '../../server/src/config.ts';
import { loginAsAdmin, type Admin } from './admin.ts';
import type { DatabaseKind } from './databases.ts';
import { startStrapi, type Answer, type StartOptions, type TestStrapi } from './start-strapi.ts';

/** What stands in Strapi's database about one row, as SQL finds it. */
interface WrittenRow {
  readonly environment: string;
  readonly domain: string;
  readonly tag: string;
  readonly subject: string;
  readonly actor: string;
  readonly reason: string;
}

export interface ChangesWorld {
  readonly atlas: TestStrapi;
  readonly admin: Admin;
  /** What was appended while that ran. */
  readonly rowsOf: (work: () => Promise<unknown>) => Promise<readonly WrittenRow[]>;
  /** Its tags, each once, in order. */
  readonly tagsOf: (work: () => Promise<unknown>) => Promise<readonly string[]>;
  /** Asks the content API with a token that may do everything. */
  readonly rest: (
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    data?: unknown,
  ) => Promise<Answer>;
  /** The same by GraphQL. Throws if there are errors. */
  readonly mutate: (mutation: string) => Promise<unknown>;
  readonly documents: (uid: string) => Documents;
}

// oxlint-disable-next-line typescript/no-explicit-any -- tests know what they get
type Call = (parameters: object) => Promise<any>;

/** The document service, for types that only tests know. */
export type Documents = Readonly<
  Record<
    | 'clone'
    | 'create'
    | 'delete'
    | 'discardDraft'
    | 'findFirst'
    | 'findOne'
    | 'publish'
    | 'unpublish'
    | 'update',
    Call
  >
>;

/** Nothing is carried there: tests look at what is appended. */
export const ONE_TARGET: FreshtagConfig = {
  targets: { api: { kind: 'dynamic', domain: 'cms.example.com' } },
  relay: false,
};

/** @returns `undefined` where there is no such database */
export async function startChanges(
  database: DatabaseKind,
  options: Omit<StartOptions, 'database'> = {},
): Promise<ChangesWorld | undefined> {
  const atlas = await startStrapi({ freshtag: ONE_TARGET, ...options, database });
  if (atlas === undefined) return undefined;
  const { strapi } = atlas;
  const admin = await loginAsAdmin(atlas);
  await strapi.plugin('i18n').service('locales').create({ name: 'German', code: 'de' });
  const rowsOf: ChangesWorld['rowsOf'] = async (work) => {
    const { connection } = strapi.db;
    const newest = await connection('freshtag_outbox').orderBy('id', 'desc').first('id');
    await work();
    return connection('freshtag_outbox')
      .where('id', '>', newest?.id ?? 0)
      .orderBy('id');
  };
  return {
    atlas,
    admin,
    rowsOf,
    tagsOf: async (work) => [...new Set((await rowsOf(work)).map(({ tag }) => tag))].sort(),
    ...callersOf(atlas),
  };
}

/** Ways to change content. */
export function callersOf(atlas: TestStrapi): Pick<ChangesWorld, 'rest' | 'mutate' | 'documents'> {
  const json = { 'content-type': 'application/json', authorization: `Bearer ${atlas.token}` };
  return {
    rest: (method, path, data) =>
      atlas.get(path, {
        method,
        headers: json,
        ...(data === undefined ? {} : { body: JSON.stringify({ data }) }),
      }),
    mutate: async (mutation) => {
      const { body } = await atlas.graphql(`mutation { ${mutation} }`, { headers: json });
      if (body.errors !== undefined) throw new Error(JSON.stringify(body.errors));
      return body.data;
    },
    documents: (uid) => atlas.strapi.documents(uid as never) as unknown as Documents,
  };
}
