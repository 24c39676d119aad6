import type { Core, UID } from '@strapi/strapi';

import { FILE_UID } from '../tags/types.ts';

/** An attribute that holds entries, or something that may hold some. */
export type Link =
  | { readonly name: string; readonly kind: 'entries' | 'component'; readonly target: string }
  /** Each value says itself what it is, in `__type` or `__component`. */
  | { readonly name: string; readonly kind: 'any-entries' | 'any-components' };

/** What is read of a content type or component. */
interface Model {
  /** The attributes that lead to entries, by name. */
  readonly links: ReadonlyMap<string, Link>;
  /** Whether its entries may be drafts; elsewhere `publishedAt` says nothing. */
  readonly hasDrafts: boolean;
}

/** The model of a uid; without any links if there is no such thing. */
export type Models = (uid: string) => Model;

/** Reads each schema once. */
export function createModels(strapi: Core.Strapi): Models {
  const models = new Map<string, Model>();
  return (uid) => {
    const known = models.get(uid);
    if (known !== undefined) return known;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it looks for any name
    const schema = strapi.getModel(uid as UID.Schema) as Schema | undefined;
    const attributes = Object.entries(schema?.attributes ?? {});
    const links = attributes.flatMap(([name, attribute]) => linkOf(name, attribute));
    const model = {
      links: new Map(links.map((link) => [link.name, link])),
      hasDrafts: schema?.options?.draftAndPublish === true,
    };
    models.set(uid, model);
    return model;
  };
}

interface Schema {
  readonly options?: { readonly draftAndPublish?: boolean };
  readonly attributes: Readonly<Record<string, Attribute>>;
}

interface Attribute {
  readonly type: string;
  readonly target?: string;
  readonly component?: string;
}

function linkOf(name: string, { type, target, component }: Attribute): Link[] {
  switch (type) {
    case 'relation':
      return [
        target === undefined ? { name, kind: 'any-entries' } : { name, kind: 'entries', target },
      ];
    case 'media':
      return [{ name, kind: 'entries', target: FILE_UID }];
    case 'component':
      return component === undefined ? [] : [{ name, kind: 'component', target: component }];
    case 'dynamiczone':
      return [{ name, kind: 'any-components' }];
    default:
      return [];
  }
}
