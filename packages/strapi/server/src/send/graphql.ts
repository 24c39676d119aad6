import type { Core } from '@strapi/strapi';

import type { Instance } from '../instance.ts';
import { collectorOf, type TagCollector } from './collector.ts';
import { isObject } from '../is-object.ts';
import { createModels, type Models } from './models.ts';
import { addQueriedLists, isPartOf } from './query-lists.ts';
import { isUnpublished } from './rest.ts';
import { addEntry, type Walk } from './walk-entries.ts';

/** What is used of Strapi’s GraphQL plugin. */
interface GraphqlPlugin {
  service(name: 'extension'): {
    use(configuration: (tools: { readonly nexus: Nexus }) => object): unknown;
  };
  service(name: 'utils'): { readonly naming: Naming };
}

interface Nexus {
  plugin(config: {
    readonly name: string;
    readonly onCreateFieldResolver: (field: Field) => FieldMiddleware | undefined;
  }): unknown;
}

type Naming = Readonly<
  Record<
    'getTypeName' | 'getEntityResponseCollectionName' | 'getRelationResponseCollectionName',
    (contentType: unknown) => string
  >
>;

interface Field {
  readonly fieldConfig: { readonly type: unknown };
  readonly parentTypeConfig: { readonly name: string };
}

type FieldMiddleware = (
  root: unknown,
  args: Readonly<Record<string, unknown>>,
  context: { readonly koaContext?: object },
  info: { readonly operation: { readonly operation: string } },
  next: (...all: readonly unknown[]) => unknown,
) => Promise<unknown>;

/**
 * Collects the tags of what GraphQL answers, field by field, since only the resolvers know the entries.
 * To be called in `register`: the plugin builds its schema when it starts.
 */
export function registerGraphql(instance: Instance): void {
  const { strapi } = instance;
  const graphql = findPlugin(strapi);
  if (graphql === undefined) return;
  const models = createModels(strapi);
  graphql.service('extension').use(({ nexus }) => {
    const uids = typesByName(strapi, graphql.service('utils').naming);
    const onCreateFieldResolver = ({ fieldConfig, parentTypeConfig }: Field) => {
      const typeName = String(fieldConfig.type).replaceAll(/[[\]!]/g, '');
      const uid = uids.get(typeName) ?? (typeName === 'GenericMorph' ? '' : undefined);
      if (uid === undefined) return undefined;
      const isRoot = parentTypeConfig.name === 'Query';
      return collecting((context, args, result) => {
        const collector = collectorOf(context, instance.names);
        if (uid !== '') collectArguments(models, collector, { uid, args, isRoot, result });
        collectResult({ models, collector }, uid, result);
      });
    };
    return { plugins: [nexus.plugin({ name: 'freshtag', onCreateFieldResolver })] };
  });
}

function findPlugin(strapi: Core.Strapi): GraphqlPlugin | undefined {
  return strapi.plugins['graphql'];
}

/** Every name under which GraphQL gives entries of a type. */
function typesByName(strapi: Core.Strapi, naming: Naming): ReadonlyMap<string, string> {
  return new Map(
    Object.values(strapi.contentTypes).flatMap((contentType) =>
      [
        naming.getTypeName(contentType),
        naming.getEntityResponseCollectionName(contentType),
        naming.getRelationResponseCollectionName(contentType),
      ].map((name) => [name, contentType.uid] as const),
    ),
  );
}

function collecting(
  collect: (context: object, args: Readonly<Record<string, unknown>>, result: unknown) => void,
): FieldMiddleware {
  return async (root, args, context, info, next) => {
    const result = await next(root, args, context, info);
    if (info.operation.operation === 'query' && context.koaContext !== undefined)
      collect(context.koaContext, args, result);
    return result;
  };
}

function collectArguments(
  models: Models,
  collector: TagCollector,
  field: {
    readonly uid: string;
    readonly args: Readonly<Record<string, unknown>>;
    readonly isRoot: boolean;
    readonly result: unknown;
  },
): void {
  const { uid, args, isRoot, result } = field;
  if (isUnpublished(args)) collector.markPrivate();
  const isList = Array.isArray(result) || (isObject(result) && 'nodes' in result);
  // Where nothing was found, an entry may appear, which has no tag yet.
  const isOpen = isList || (result ?? undefined) === undefined;
  if ((isOpen && isRoot) || (isList && isPartOf(args))) collector.addList(uid);
  addQueriedLists(models, collector, uid, args);
}

/** An entry, a list of them, or what Strapi wraps them in on their way to the fields. */
function collectResult(walk: Omit<Walk, 'format'>, uid: string, result: unknown): void {
  if (Array.isArray(result)) {
    for (const item of result) collectResult(walk, uid, item);
    return;
  }
  if (!isObject(result)) return;
  const { documentId, nodes, value, __type: type } = result;
  if (typeof documentId === 'string')
    addEntry(walk, typeof type === 'string' ? type : uid, documentId, result);
  else collectResult(walk, uid, nodes ?? value);
}
