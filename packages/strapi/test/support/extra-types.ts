import { createHash, randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Core } from '@strapi/strapi';

/** A schema as it stands in a project. */
interface ExtraSchema {
  readonly options?: { readonly draftAndPublish: boolean };
  readonly pluginOptions?: object;
  readonly attributes: Readonly<Record<string, object>>;
}

/** By name: of a type that is `api::name.name`, with the plural `names`, or a component `extra.name`. */
export interface ExtraSchemas {
  readonly types: Readonly<Record<string, ExtraSchema>>;
  readonly components?: Readonly<Record<string, ExtraSchema>>;
}

/** Gives a Strapi that is not loaded yet types besides those of the atlas. */
export function addExtraTypes({ dirs: { dist } }: Core.Strapi, schemas: ExtraSchemas): void {
  const text = JSON.stringify(schemas) + dist.root;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
  // Beside the compiled app, where what it requires is found.
  const folder = join(dirname(dist.root), `extra-${digest}`);
  if (!existsSync(folder)) make(folder, dist, schemas);
  Object.assign(dist, { api: join(folder, 'api'), components: join(folder, 'components') });
}

function make(
  folder: string,
  dist: Core.Strapi['dirs']['dist'],
  { types, components = {} }: ExtraSchemas,
): void {
  const making = `${folder}-${randomBytes(4).toString('hex')}`;
  cpSync(dist.api, join(making, 'api'), { recursive: true });
  cpSync(dist.components, join(making, 'components'), { recursive: true });
  for (const [name, schema] of Object.entries(types))
    makeType(join(making, 'api', name), name, schema);
  for (const [name, schema] of Object.entries(components))
    write(join(making, `components/extra/${name}.json`), {
      collectionName: `components_extra_${name}s`,
      info: { displayName: name },
      ...schema,
    });
  try {
    renameSync(making, folder);
  } catch (error) {
    // Another thread was faster.
    if (!existsSync(folder)) throw error;
    rmSync(making, { recursive: true });
  }
}

const FACTORIES = [
  ['controllers', 'createCoreController'],
  ['routes', 'createCoreRouter'],
  ['services', 'createCoreService'],
] as const;

function makeType(folder: string, name: string, schema: ExtraSchema): void {
  const plural = `${name}s`;
  write(join(folder, `content-types/${name}/schema.json`), {
    kind: 'collectionType',
    collectionName: plural,
    info: { singularName: name, pluralName: plural, displayName: name },
    ...schema,
  });
  for (const [kind, factory] of FACTORIES)
    write(
      join(folder, `${kind}/${name}.js`),
      `module.exports = require('@strapi/strapi').factories.${factory}('api::${name}.${name}');`,
    );
}

function write(file: string, content: object | string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
}
