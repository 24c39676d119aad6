import type { Core } from '@strapi/strapi';
import { contentTypes } from '@strapi/utils';

import { isLocalized, schemaOf, type SchemaAttribute } from './schema.ts';

/** The fields that all locales of a document have in common: Strapi copies them from one to the others. */
export interface SharedFields {
  /** Columns of the type's own table. */
  readonly columns: readonly string[];
  /** Attributes that hold files. */
  readonly media: readonly string[];
  /** Whether components are among them. Their tables are not looked at: they may always have changed. */
  readonly hasComponents: boolean;
}

export const NO_SHARED_FIELDS: SharedFields = { columns: [], media: [], hasComponents: false };

/** As Strapi's plugin for locales tells them from others. */
export function findSharedFields(strapi: Core.Strapi, uid: string): SharedFields {
  const schema = schemaOf(strapi, uid);
  const model: Model = Reflect.get(strapi.contentTypes, uid);
  const shared = contentTypes.getVisibleAttributes(model).flatMap((name) => {
    const attribute = schema.attributes[name];
    const isShared = attribute !== undefined && !isLocalized(attribute) && isCopied(attribute);
    return isShared ? [{ name, type: attribute.type }] : [];
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Strapi's own type has a kind for each
  const { attributes } = strapi.db.metadata.get(uid) as unknown as Metadata;
  return {
    columns: shared.flatMap(({ name }) => attributes[name]?.columnName ?? []),
    media: shared.flatMap(({ name, type }) => (type === 'media' ? [name] : [])),
    hasComponents: shared.some(({ type }) => type === 'component' || type === 'dynamiczone'),
  };
}

function isCopied({ type }: SchemaAttribute): boolean {
  return type !== 'relation' && type !== 'uid';
}

type Model = Parameters<typeof contentTypes.getVisibleAttributes>[0];

interface Metadata {
  readonly attributes: Readonly<Record<string, { readonly columnName?: string | undefined }>>;
}
