import { randomUUID } from 'node:crypto';

import type { Core, UID } from '@strapi/strapi';

import { RIGHTS } from '../../../contract/admin-api.ts';
import type { SkippingClock } from './skipping-clock.ts';

interface Here {
  readonly strapi: Core.Strapi;
  readonly clock: SkippingClock;
}

/** Who uses the admin panel in tests. */
export type RoleName = 'administrator' | 'editor' | 'reader';

export interface Person {
  readonly id: number;
  readonly email: string;
  readonly password: string;
}

interface Permission {
  readonly action: string;
  readonly subject?: string;
}

const COUNTRY = 'api::country.country';
const EXPLORER = 'plugin::content-manager.explorer';
const onCountries = (actions: readonly string[]): Permission[] =>
  actions.map((action) => ({ action: `${EXPLORER}.${action}`, subject: COUNTRY }));

/** An administrator may do everything, and so is no role of ours. */
const PERMISSIONS: Readonly<Record<Exclude<RoleName, 'administrator'>, readonly Permission[]>> = {
  editor: [
    ...onCountries(['create', 'read', 'update', 'delete', 'publish']),
    { action: RIGHTS.read },
    { action: RIGHTS.refresh, subject: COUNTRY },
  ],
  reader: [...onCountries(['read']), { action: RIGHTS.read }],
};

/** What a test has done in Strapi itself, where the admin panel has no way or a long one. */
export const COMMANDS = {
  /** Somebody new: Strapi lets nobody log in more than five times in five minutes. */
  createPerson: async ({ strapi }: Here, { role, language }: PersonOptions): Promise<Person> => {
    const email = `${role}-${randomUUID()}@example.com`;
    const password = 'Password-1';
    const { id } = await strapi.service('admin::user').create({
      email,
      password,
      firstname: NAMES[role],
      lastname: 'Lovelace',
      preferedLanguage: language ?? 'en',
      isActive: true,
      registrationToken: null,
      roles: [(await findRole(strapi, role)).id],
    });
    return { id, email, password };
  },
  /** As if somebody had logged them out. */
  endSessions: async ({ strapi }: Here, { person }: { readonly person: number }): Promise<void> => {
    await strapi.sessionManager('admin').invalidateRefreshToken(String(person));
  },
  /** Takes a right away from a role, or gives it. */
  setRight: async ({ strapi }: Here, { role, action, isGiven }: RightChange): Promise<void> => {
    const permissions = PERMISSIONS[role].filter((one) => one.action !== action || isGiven);
    await assign(strapi, role, permissions);
  },
  createEntries: async (
    { strapi }: Here,
    { uid, entries, status }: EntriesOptions,
  ): Promise<readonly string[]> =>
    strapi.db.transaction(async () => {
      const ids: string[] = [];
      for (const data of entries) {
        const created = await strapi.documents(uid as UID.ContentType).create({
          data,
          ...(status === undefined ? {} : { status }),
        } as never);
        ids.push(created.documentId);
      }
      return ids;
    }),
  skip: async ({ clock }: Here, { durationMs }: { readonly durationMs: number }): Promise<void> =>
    clock.skip(durationMs),
  /** One statement on the database, as it is. */
  query: async (
    { strapi }: Here,
    {
      sql,
      bindings = [],
    }: {
      readonly sql: string;
      readonly bindings?: readonly unknown[] | Readonly<Record<string, unknown>>;
    },
  ): Promise<void> => {
    await strapi.db.connection.raw(sql, bindings as never);
  },
} as const;

interface PersonOptions {
  readonly role: RoleName;
  /** Of the admin panel. Default `en`. */
  readonly language?: string;
}

interface RightChange {
  readonly role: Exclude<RoleName, 'administrator'>;
  readonly action: string;
  readonly isGiven: boolean;
}

interface EntriesOptions {
  readonly uid: string;
  readonly entries: readonly Readonly<Record<string, unknown>>[];
  readonly status?: 'published' | undefined;
}

const NAMES: Readonly<Record<RoleName, string>> = {
  administrator: 'Ada',
  editor: 'Edith',
  reader: 'Rea',
};

export async function createRoles(strapi: Core.Strapi): Promise<void> {
  for (const role of ['editor', 'reader'] as const) {
    await strapi.service('admin::role').create({ name: role, description: role });
    await assign(strapi, role, PERMISSIONS[role]);
  }
}

async function findRole(strapi: Core.Strapi, role: RoleName): Promise<{ readonly id: number }> {
  const roles = strapi.service('admin::role');
  return role === 'administrator' ? roles.getSuperAdmin() : roles.findOne({ name: role });
}

async function assign(
  strapi: Core.Strapi,
  role: RoleName,
  permissions: readonly Permission[],
): Promise<void> {
  const fields = strapi
    .service('admin::content-type')
    .getNestedFields(strapi.contentType(COUNTRY), {
      components: strapi.components,
    });
  const { id } = await findRole(strapi, role);
  await strapi.service('admin::role').assignPermissions(
    id,
    permissions.map(({ action, subject = null }) => ({
      action,
      subject,
      conditions: [],
      properties: action.startsWith(EXPLORER) ? { fields, locales: ['en', 'de'] } : {},
    })),
  );
}
