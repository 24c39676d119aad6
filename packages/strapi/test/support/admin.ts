import { randomUUID } from 'node:crypto';

import type { Answer, TestStrapi } from './start-strapi.ts';

/** An editor who may do everything, through the API of the admin panel. */
export interface Admin {
  /** The path begins with a slash, such as `/content-manager/collection-types/…`. */
  readonly call: (
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown,
  ) => Promise<Answer>;
}

export async function loginAsAdmin(atlas: TestStrapi): Promise<Admin> {
  const { strapi } = atlas;
  // Strapi lets nobody log in more than five times in five minutes.
  const email = `editor-${randomUUID()}@example.com`;
  const password = 'Password-1';
  const role = await strapi.service('admin::role').getSuperAdmin();
  await strapi.service('admin::user').create({
    email,
    password,
    firstname: 'Ed',
    lastname: 'Itor',
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
  const headers = { ...json, authorization: `Bearer ${login.body.data.token}` };
  return {
    call: (method, path, body) =>
      atlas.get(path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  };
}
