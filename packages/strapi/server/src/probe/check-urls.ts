import { invalidOption } from '@freshtag/core';

import { schemaOf } from '../changes/schema.ts';
import type { Target } from '../config.ts';
import type { Instance } from '../instance.ts';
import { isObject } from '../is-object.ts';
import { FIELD } from './urls.ts';

/** What of an entry may stand in a URL: it is one text, and no secret. */
const SCALARS: ReadonlySet<unknown> = new Set([
  'biginteger',
  'date',
  'email',
  'enumeration',
  'integer',
  'string',
  'text',
  'uid',
]);

/** Whether it is a URL once its fields are filled in, with a scheme and a host that have none. */
export function isUrlTemplate(template: string): boolean {
  const filled = template.replace(FIELD, 'x');
  const url = URL.parse(filled);
  return (
    /^https?:\/\/[^/?#{}\s]+\//i.test(template) &&
    !/[{}\s]/.test(filled) &&
    url !== null &&
    url.username + url.password === ''
  );
}

/**
 * That each URL is at a domain that is refreshed; without dynamic targets nothing is, and nobody looks.
 * @throws FreshtagError `INVALID_OPTION` naming the path
 */
export function checkUrlDomains({
  types,
  targets,
}: {
  readonly types: Readonly<Record<string, unknown>>;
  readonly targets: Readonly<Record<string, Target>>;
}): void {
  const domains = Object.values(targets).flatMap((target) =>
    target.kind === 'dynamic' ? (target.domain ?? target.domains ?? []) : [],
  );
  if (domains.length === 0) return;
  for (const [uid, template] of templatesIn(types)) {
    const { hostname } = new URL(template.replace(FIELD, 'x'));
    if (!domains.includes(hostname))
      throw invalidOption(
        `types.${uid}.urls`,
        hostname,
        `a URL at a domain of a dynamic target: ${domains.join(', ')}`,
      );
  }
}

/**
 * That each field in a URL is one of the type. Its schema is known once all plugins have registered theirs.
 * @throws FreshtagError `INVALID_OPTION` naming the path
 */
export function checkUrlFields({ strapi, config, names }: Instance): void {
  for (const [uid, template] of templatesIn(config.types)) {
    const { attributes } = schemaOf(strapi, uid);
    const scalars = Object.entries(attributes).filter(([, attribute]) =>
      SCALARS.has(Reflect.get(attribute, 'type')),
    );
    const fields = new Set(['documentId', ...scalars.map(([name]) => name)]);
    // It has the column also if it is always empty.
    if (names.types.get(uid)?.hasLocales === true) fields.add('locale');
    else fields.delete('locale');
    for (const [, field = ''] of template.matchAll(FIELD))
      if (!fields.has(field))
        throw invalidOption(
          `types.${uid}.urls`,
          `{${field}}`,
          `one of ${[...fields].map((name) => `{${name}}`).join(', ')}`,
        );
  }
}

/** What a function gives is checked when it gives it. */
function templatesIn(
  types: Readonly<Record<string, unknown>>,
): readonly (readonly [uid: string, template: string])[] {
  return Object.entries(types).flatMap(([uid, option]) => {
    const urls = isObject(option) ? option['urls'] : undefined;
    const templates: readonly unknown[] = Array.isArray(urls) ? urls : [urls];
    return templates.flatMap((template) =>
      typeof template === 'string' ? [[uid, template] as const] : [],
    );
  });
}
