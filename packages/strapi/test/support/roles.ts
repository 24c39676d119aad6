import { randomUUID } from 'node:crypto';

import type { Admin } from './admin.ts';
import type { TestStrapi } from './start-strapi.ts';

/** A right of an administrator, as Strapi stores it. */
export interface GivenRight {
  readonly action: string;
  readonly subject?: string;
  /** Names of conditions, such as `admin::is-creator`. */
  readonly conditions?: readonly string[];
  readonly properties?: Readonly<Record<string, readonly string[]>>;
}

const LOCALIZED = new Set([
  'api::country.country',
  'api::region.region',
  'api::front-page.front-page',
]);

/** Right to see entries of a type in the content manager, in all locales. */
export function mayRead(uid: string, ...conditions: readonly string[]): GivenRight {
  const properties = LOCALIZED.has(uid) ? { locales: ['en', 'de'] } : {};
  return { action: 'plugin::content-manager.explorer.read', subject: uid, conditions, properties };
}

/** An administrator with a role of its own that has these rights and no others. */
export async function loginWith(
  atlas: TestStrapi,
  rights: readonly GivenRight[],
): Promise<Admin & { readonly id: number; readonly token: string }> {
  const { strapi } = atlas;
  const name = randomUUID();
  const role = await strapi.service('admin::role').create({ name, description: '' });
  const permissions = rights.map(
    ({ subject = null, conditions = [], properties = {}, action }) => ({
      action,
      subject,
      conditions,
      properties,
    }),
  );
  await strapi.service('admin::role').assignPermissions(role.id, permissions);
  const [email, password] = [`${name}@example.com`, 'Password-1'];
  const { id } = await strapi.service('admin::user').create({
    email,
    password,
    firstname: 'Ro',
    lastname: 'Le',
    isActive: true,
    registrationToken: null,
    roles: [role.id],
  });
  const json = { 'content-type': 'application/json' };
  const login = await atlas.get('/admin/login', {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ email, password }),
  });
  const { token } = login.body.data;
  const headers = { ...json, authorization: `Bearer ${token}` };
  return {
    id,
    token,
    call: (method, path, body) =>
      atlas.get(path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  };
}
