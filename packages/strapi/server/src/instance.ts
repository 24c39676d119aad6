import type { Core } from '@strapi/strapi';

import type { ResolvedConfig } from './config.ts';
import { createTagNames, type TagNames } from './tags/names.ts';

/** What the plugin knows of the Strapi that it runs in. */
export interface Instance {
  readonly strapi: Core.Strapi;
  readonly config: ResolvedConfig;
  /** Complete once every plugin has registered its types: from `bootstrap` on. */
  readonly names: TagNames;
}

const instances = new WeakMap<Core.Strapi, Instance>();

/** The same for every call with one Strapi. */
export function instanceOf(strapi: Core.Strapi): Instance {
  const known = instances.get(strapi);
  if (known !== undefined) return known;
  const config = strapi.config.get<ResolvedConfig>('plugin::freshtag');
  let names: TagNames | undefined;
  const instance: Instance = {
    strapi,
    config,
    get names() {
      names ??= createTagNames(Object.values(strapi.contentTypes), config.types);
      return names;
    },
  };
  instances.set(strapi, instance);
  return instance;
}
