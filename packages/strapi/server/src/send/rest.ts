import { FILE_UID, LOCALE_UID } from '../tags/types.ts';
import type { TagCollector } from './collector.ts';
import { isObject } from '../is-object.ts';
import type { Models } from './models.ts';
import { addQueriedLists } from './query-lists.ts';
import { walkEntries, type Format } from './walk-entries.ts';

/** What Strapi notes of the route that answers. */
export interface Route {
  readonly handler?: unknown;
  readonly info?: {
    readonly type?: string;
    readonly apiName?: string;
    readonly pluginName?: string;
  };
}

/** An answer of the content API, as its controller gave it. */
export interface RestAnswer {
  /** Of the type whose controller answers. */
  readonly uid: string;
  readonly body: unknown;
  readonly query: Readonly<Record<string, unknown>>;
  readonly format: Format;
}

/** These are not called as their types. */
const CONTROLLERS: Readonly<Record<string, string>> = {
  'plugin::upload.content-api': FILE_UID,
  'plugin::i18n.locales': LOCALE_UID,
};

/** The type of the controller that answers, or `undefined` if it is no type’s. */
export function typeOfRoute(
  { handler, info }: Route,
  hasType: (uid: string) => boolean,
): string | undefined {
  if (typeof handler !== 'string') return undefined;
  const { pluginName, apiName } = info ?? {};
  const scope = pluginName === undefined ? `api::${apiName}` : `plugin::${pluginName}`;
  const full = handler.includes('::') ? handler : `${scope}.${handler}`;
  const controller = full.slice(0, full.lastIndexOf('.'));
  const uid = CONTROLLERS[controller] ?? controller;
  return hasType(uid) ? uid : undefined;
}

/** Collects the tags of all that an answer shows, and of what decided about that. */
export function collectRest(
  models: Models,
  collector: TagCollector,
  { uid, body, query, format }: RestAnswer,
): void {
  if (isUnpublished(query)) collector.markPrivate();
  const data = isObject(body) && 'data' in body ? body['data'] : body;
  if (Array.isArray(data)) collector.addList(uid);
  addQueriedLists(models, collector, uid, query);
  walkEntries({ models, collector, format }, uid, data);
}

/** Drafts, or published entries chosen by what their drafts are like, which changes without a publish. */
export function isUnpublished(query: object): boolean {
  const status: unknown = Reflect.get(query, 'status');
  return (
    (status !== undefined && status !== null && status !== 'published') ||
    ['publicationFilter', 'hasPublishedVersion'].some(
      (name) => (Reflect.get(query, name) ?? undefined) !== undefined,
    )
  );
}
