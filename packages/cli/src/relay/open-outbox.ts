import type { OutboxStore } from '@freshtag/core/relay';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Session } from '../session.ts';
import { checkSetting } from '../settings/check.ts';
import type { Setting, Settings } from '../settings/settings.ts';

/** What a command opened, and how to leave it. */
export interface OpenOutbox {
  readonly store: OutboxStore;
  readonly close: () => Promise<void>;
}

const ALLOWED =
  'sqlite:FILE, postgres://USER@HOST/DATABASE, mysql://USER@HOST/DATABASE, or in freshtag.config.ts a store';
const DRIVERS: Readonly<Record<string, { readonly client: string; readonly driver: string }>> = {
  'postgres:': { client: 'pg', driver: 'pg' },
  'postgresql:': { client: 'pg', driver: 'pg' },
  'mysql:': { client: 'mysql2', driver: 'mysql2' },
  'mariadb:': { client: 'mysql2', driver: 'mysql2' },
};

/**
 * The outbox that the settings name. A server's needs knex and a driver, which are taken from the
 * project that the command runs in.
 *
 * @throws FreshtagError `INVALID_OPTION`, without the address, which may hold a password
 */
export async function openOutbox(settings: Settings, session: Session): Promise<OpenOutbox> {
  const [core, { checkEnvironment }] = await Promise.all([
    import('@freshtag/core'),
    import('@freshtag/core/site'),
  ]);
  const environment = await checkSetting(settings.environment, checkEnvironment);
  const { value, source, from } = settings.outbox;
  const cwd = source === 'file' && from !== undefined ? dirname(from) : session.cwd;
  if (value === undefined)
    throw core.invalidOption('--outbox', '(nothing)', `${ALLOWED}, or set FRESHTAG_OUTBOX`);
  if (typeof value !== 'string') return { store: value, close: async () => {} };
  if (value.startsWith('sqlite:') && value.length > 'sqlite:'.length) {
    const { createSqliteOutbox } = await import('@freshtag/core/relay');
    const file = resolve(cwd, value.slice('sqlite:'.length));
    const store = createSqliteOutbox({ file, environment });
    return { store, close: () => store.close() };
  }
  const address = URL.canParse(value) ? new URL(value) : undefined;
  const driver = DRIVERS[address?.protocol ?? ''];
  if (driver === undefined || address === undefined)
    throw core.invalidOption(nameOf(settings.outbox), '(not shown)', ALLOWED);
  const { createKnexOutbox } = await import('@freshtag/core/relay');
  const knex = await connect(address.href, driver, cwd);
  return { store: createKnexOutbox({ knex, environment }), close: () => knex.destroy() };
}

function nameOf({ source, from = '--outbox' }: Setting<unknown>): string {
  return source === 'file' ? `outbox in ${from}` : from;
}

type Knex = Parameters<typeof import('@freshtag/core/relay').createKnexOutbox>[0]['knex'] & {
  destroy(): Promise<void>;
};

async function connect(
  address: string,
  { client, driver }: { readonly client: string; readonly driver: string },
  cwd: string,
): Promise<Knex> {
  const { FreshtagError } = await import('@freshtag/core');
  const near = createRequire(join(cwd, 'package.json'));
  try {
    near.resolve(driver);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a module of the user's; createKnexOutbox looks at it
    const { default: createKnex } = (await import(pathToFileURL(near.resolve('knex')).href)) as {
      default: (config: object) => Knex;
    };
    return createKnex({ client, connection: address, pool: { min: 0, max: 8 } });
  } catch (error) {
    throw new FreshtagError(
      'INVALID_OPTION',
      `The outbox is in a database that needs knex and ${driver}, and they are not installed here. Run: npm install knex ${driver}`,
      { cause: error },
    );
  }
}
