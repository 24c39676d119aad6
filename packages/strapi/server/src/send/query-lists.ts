import type { TagCollector } from './collector.ts';
import { isObject } from '../is-object.ts';
import type { Models } from './models.ts';

/** What a query asks of one type, for REST and for a field of GraphQL. */
interface Query {
  readonly filters?: unknown;
  readonly sort?: unknown;
  readonly populate?: unknown;
}

/**
 * Collects the list tags of types whose entries decide what is shown without being shown: countries
 * filtered or sorted by their region’s name change with the region, and so does a region that is shown
 * with some of its countries.
 */
export function addQueriedLists(
  models: Models,
  collector: TagCollector,
  uid: string,
  query: Query,
): void {
  const visit = (type: string, { filters, sort, populate }: Query): void => {
    visitFilters(type, filters);
    for (const path of sortPaths(sort)) visitPath(type, path.split('.'));
    visitPopulate(type, populate);
  };
  const visitFilters = (type: string, filters: unknown): void => {
    if (Array.isArray(filters)) for (const filter of filters) visitFilters(type, filter);
    if (!isObject(filters)) return;
    for (const [name, condition] of Object.entries(filters))
      visitFilters(follow(type, name) ?? type, condition);
  };
  const visitPath = (type: string, [name = '', ...rest]: readonly string[]): void => {
    const target = follow(type, name);
    if (target !== undefined) visitPath(target, rest);
  };
  const visitPopulate = (type: string, populate: unknown): void => {
    if (!isObject(populate)) return;
    for (const [name, nested] of Object.entries(populate)) {
      if (!isObject(nested)) continue;
      for (const [component, inside] of Object.entries(isObject(nested['on']) ? nested['on'] : {}))
        if (isObject(inside)) visit(component, inside);
      const link = models(type).links.get(name);
      if (link === undefined || !('target' in link)) continue;
      if (link.kind === 'entries' && isPartOf(nested)) collector.addList(link.target);
      visit(link.target, nested);
    }
  };
  /** The type that an attribute leads to; its entries are looked at. */
  const follow = (type: string, name: string): string | undefined => {
    const link = models(type).links.get(name);
    if (link === undefined || !('target' in link)) return undefined;
    if (link.kind === 'entries') collector.addList(link.target);
    return link.target;
  };
  visit(uid, query);
}

const CHOOSING = [
  'filters',
  'sort',
  'start',
  'limit',
  'page',
  'pageSize',
  'pagination',
  '_q',
  'count',
];

/** Whether it may show some of the related entries and leave out others, or only how many there are. */
export function isPartOf(query: object): boolean {
  return CHOOSING.some((name) => !isEmpty(Reflect.get(query, name)));
}

/** GraphQL gives empty objects and lists for what was not asked. */
function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === '';
}

/** `name`, `name:desc,region.name`, `['name']`, `{ region: { name: 'asc' } }` or a list of such. */
function sortPaths(sort: unknown): string[] {
  if (typeof sort === 'string')
    return sort.split(',').map((part) => part.trim().split(':')[0] ?? '');
  if (Array.isArray(sort)) return sort.flatMap(sortPaths);
  if (!isObject(sort)) return [];
  return Object.entries(sort).flatMap(([name, inside]) =>
    isObject(inside) ? sortPaths(inside).map((path) => `${name}.${path}`) : [name],
  );
}
