import type { Core } from '@strapi/strapi';

/** What is read of the schema of a content type or a component. */
export interface Schema {
  readonly uid: string;
  readonly options?: { readonly draftAndPublish?: boolean | undefined } | undefined;
  readonly pluginOptions?: object | undefined;
  readonly attributes: Readonly<Record<string, SchemaAttribute>>;
}

export interface SchemaAttribute {
  readonly type: string;
  readonly pluginOptions?: object | undefined;
  /** Of a component. */
  readonly component?: string | undefined;
  /** Of a dynamic zone. */
  readonly components?: readonly string[] | undefined;
}

/** Strapi's own types know only what their project has. */
export function schemaOf(strapi: Core.Strapi, uid: string): Schema {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the project's own are not known here
  return strapi.getModel(uid as 'admin::user');
}

/** Whether the type has drafts, which visitors do not see. */
export function isDrafted(strapi: Core.Strapi, uid: string): boolean {
  return schemaOf(strapi, uid).options?.draftAndPublish === true;
}

/** Whether a type has locales, or an attribute is different in each. */
export function isLocalized({
  pluginOptions,
}: {
  readonly pluginOptions?: object | undefined;
}): boolean {
  const options: { readonly i18n?: { readonly localized?: boolean } } = { ...pluginOptions };
  return options.i18n?.localized === true;
}
