import type { Core } from '@strapi/strapi';

import type { TagNames } from '../tags/names.ts';
import { isDrafted, schemaOf, type Schema, type SchemaAttribute } from './schema.ts';

/** A table on the way from an entry to the entry that shows it. */
interface Step {
  readonly table: string;
  /** Column that has the id of what is shown. */
  readonly from: string;
  /** Column that has the id of what shows it. */
  readonly to: string;
  /** Rows of this component alone; `undefined` for the table of a relation. */
  readonly component?: string | undefined;
}

/** A way in which entries of one type can show entries of another. */
export interface Link {
  /** Type that shows. */
  readonly uid: string;
  readonly steps: readonly Step[];
  /** Attribute of the shown type through which the link can be changed from its side too. */
  readonly mutual: string | undefined;
  /**
   * Whether a draft that gets the link takes it from whatever had it, also from a published entry:
   * what shows it has no drafts, and shows one entry alone.
   */
  readonly isTakenByDrafts: boolean;
}

/** What is read of the metadata of Strapi's database. */
interface Model {
  readonly uid: string;
  readonly tableName: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

interface Attribute {
  readonly type: string;
  readonly relation?: string | undefined;
  readonly target?: string | undefined;
  readonly mappedBy?: string | undefined;
  readonly inversedBy?: string | undefined;
  readonly owner?: boolean | undefined;
  readonly unstable_virtual?: boolean | undefined;
  readonly joinColumn?: { readonly name: string; readonly referencedColumn: string } | undefined;
  readonly joinTable?: {
    readonly name: string;
    readonly joinColumn: { readonly name: string };
    readonly inverseJoinColumn?: { readonly name: string } | undefined;
    readonly morphColumn?: { readonly idColumn: { readonly name: string } } | undefined;
    readonly on?: { readonly field?: string | undefined } | undefined;
  };
}

/** Through which relations, in which components, entries of tagged types can show entries of one type. */
export function findLinks(strapi: Core.Strapi, names: TagNames, uid: string): readonly Link[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Strapi's own type has a kind for each
  const models = [...strapi.db.metadata.values()] as readonly Model[];
  return models.flatMap((model) =>
    Object.values(model.attributes).flatMap((attribute) => {
      const step = attribute.target === uid ? stepOf(strapi, model, attribute) : undefined;
      if (step === undefined) return [];
      const mutual = attribute.inversedBy ?? attribute.mappedBy;
      const showsOne = attribute.relation === 'oneToOne' || attribute.relation === 'manyToOne';
      return waysToTypes(strapi, model, []).flatMap(([owner, steps]): Link[] => {
        if (!names.types.has(owner)) return [];
        const isTakenByDrafts = mutual !== undefined && showsOne && !isDrafted(strapi, owner);
        return [{ uid: owner, steps: [step, ...steps], mutual, isTakenByDrafts }];
      });
    }),
  );
}

function stepOf(strapi: Core.Strapi, model: Model, attribute: Attribute): Step | undefined {
  if (attribute.type !== 'relation' || attribute.unstable_virtual === true) return undefined;
  const { joinTable, joinColumn, owner, target = '' } = attribute;
  if (joinTable?.inverseJoinColumn !== undefined && joinTable.on?.field === undefined)
    return {
      table: joinTable.name,
      from: joinTable.inverseJoinColumn.name,
      to: joinTable.joinColumn.name,
    };
  if (joinColumn === undefined) return undefined;
  if (owner === true) return { table: model.tableName, from: joinColumn.name, to: 'id' };
  // The column is in the table of what is shown.
  const { tableName } = strapi.db.metadata.get(target);
  return { table: tableName, from: joinColumn.name, to: joinColumn.referencedColumn };
}

/** From a content type: itself. From a component: each type that has it, perhaps in other components. */
function waysToTypes(
  strapi: Core.Strapi,
  model: Model,
  steps: readonly Step[],
): (readonly [owner: string, steps: readonly Step[]])[] {
  if (model.uid in strapi.contentTypes) return [[model.uid, steps]];
  const isKnown = steps.some(({ component }) => component === model.uid);
  if (!(model.uid in strapi.components) || isKnown) return [];
  const uids = [...Object.keys(strapi.contentTypes), ...Object.keys(strapi.components)];
  return uids.flatMap((uid) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
    const parent = strapi.db.metadata.get(uid) as Model;
    return tablesBetween(schemaOf(strapi, uid), parent, model.uid).flatMap((table) => {
      const from = (table.inverseJoinColumn ?? table.morphColumn?.idColumn)?.name;
      if (from === undefined) return [];
      const step = { table: table.name, from, to: table.joinColumn.name, component: model.uid };
      return waysToTypes(strapi, parent, [...steps, step]);
    });
  });
}

type JoinTable = NonNullable<Attribute['joinTable']>;

/** One table, however many attributes have the component. */
function tablesBetween(schema: Schema, parent: Model, component: string): readonly JoinTable[] {
  const tables = Object.entries(schema.attributes).flatMap(([name, attribute]) => {
    const table = parent.attributes[name]?.joinTable;
    return table !== undefined && holds(attribute, component) ? [[table.name, table] as const] : [];
  });
  return [...new Map(tables).values()];
}

function holds({ component: one, components: many }: SchemaAttribute, uid: string): boolean {
  return one === uid || many?.includes(uid) === true;
}
