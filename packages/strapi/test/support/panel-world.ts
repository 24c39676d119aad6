import { createKnexOutbox, type HistoryEntry, type OutboxStore } from '@freshtag/core/relay';

import type { FreshtagConfig } from '../../server/src/config.ts';
import { loginAsAdmin, type Admin } from './admin.ts';
import { fillSmallAtlas, type SmallAtlas } from './content.ts';
import type { DatabaseKind } from './databases.ts';
import { startStrapi, type TestStrapi } from './start-strapi.ts';

/** A Strapi whose outbox only the test carries, and what its admin panel is told. */
export interface PanelWorld {
  readonly atlas: TestStrapi;
  readonly small: SmallAtlas;
  /** May do everything. */
  readonly admin: Admin;
  /** Of the targets that wait for none, and of `www`, which waits for them. */
  readonly first: OutboxStore;
  readonly second: OutboxStore;
}

/** What waits in two outboxes: that of `api`, and that of `www` after it. Nothing is carried. */
export const TWO_STAGES: FreshtagConfig = {
  targets: {
    api: { kind: 'dynamic', domain: 'api.example.com' },
    www: { kind: 'dynamic', domains: ['www.example.com', 'm.example.com'], after: 'api' },
  },
  relay: false,
};

/** @returns `undefined` where there is no such database */
export async function startPanel(
  database: DatabaseKind,
  freshtag: FreshtagConfig = TWO_STAGES,
): Promise<PanelWorld | undefined> {
  const atlas = await startStrapi({ database, freshtag });
  if (atlas === undefined) return undefined;
  const { strapi } = atlas;
  const { connection: knex } = strapi.db;
  const first = createKnexOutbox({ knex });
  await first.migrate();
  return {
    atlas,
    small: await fillSmallAtlas(strapi),
    admin: await loginAsAdmin(atlas),
    first,
    second: createKnexOutbox({ knex, environment: 'production/www' }),
  };
}

/** Empties the outbox. */
export async function forget({ atlas }: PanelWorld): Promise<void> {
  await atlas.strapi.db.connection('freshtag_outbox').delete();
  await atlas.strapi.db.connection('freshtag_batch').delete();
}

let batches = 0;

type End = 'complete' | 'settled' | 'passing' | 'parked';

interface Problem {
  readonly code: string;
  readonly message: string;
}

/** Carries all that waits of a store in one call. @returns its rows */
export async function carry(
  store: OutboxStore,
  state: End = 'complete',
  problem: Problem | undefined = state === 'parked' ? REFUSED : undefined,
): Promise<readonly HistoryEntry[]> {
  const holder = crypto.randomUUID();
  const rows = await store.claim({ holder, leaseMs: 60_000, limit: 10_000 });
  batches += 1;
  const call = { pass: 1, requestId: `request-${batches}`, taskIds: [`${batches}`], waitedMs: 40 };
  for (const [domain, own] of Map.groupBy(rows, (row) => row.domain))
    await store.accept(
      holder,
      own.map(({ id }) => id),
      {
        id: `batch-${batches}-${domain}`,
        domain,
        force: true,
        tags: [...new Set(own.map(({ tag }) => tag))],
        state,
        pass: 1,
        attempts: 0,
        calls: [{ ...call, atMs: Date.now() }],
        waitMs: 0,
        problem,
      },
    );
  return store.history({ limit: 1000 });
}

export const REFUSED = { code: 'DOMAIN_REFUSED', message: 'The domain is not yours.' } as const;
export const QUOTA = { code: 'QUOTA_EXCEEDED', message: 'No more today.' } as const;
export const BUSY = { code: 'CLOUD_BUSY', message: 'Later, please.' } as const;

/** Lets all that waits of a store fail: for a while, or until somebody mends it. */
export async function fail(store: OutboxStore, problem: Problem): Promise<void> {
  const holder = crypto.randomUUID();
  const rows = await store.claim({ holder, leaseMs: 60_000, limit: 10_000 });
  const ids = rows.map(({ id }) => id);
  if (problem.code === REFUSED.code) await store.park(holder, ids, problem);
  else await store.failUntil(holder, ids, { waitMs: 3_600_000, failed: true, problem });
}
