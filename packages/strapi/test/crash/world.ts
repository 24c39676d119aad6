import { startEdge, type Edge } from '@freshtag/edge';
import {
  Actor,
  createDatabase,
  openApiGate,
  openDatabaseGate,
  type AskedQuery,
  type MomentKind,
  type Said,
  type Verdict,
} from '@freshtag/testing';

import { createApi, type Api } from './api.ts';
import { openBalancer, type Balancer } from './balancer.ts';
import type { CrashChoice, CrashMoment } from './choices.ts';
import { DOMAIN, type Given } from './settings.ts';
import type { Query, SeenRefresh } from './witness.ts';

const SCRIPT = new URL('processes/instance.ts', import.meta.url);
const LONGEST_BOOT_MS = 60_000;

/** One Strapi, in whichever process it runs now. */
export class Instance {
  readonly name: string;
  readonly api: Api = createApi(this);
  token = '';
  /** While it listens. */
  url: string | undefined;
  /** Connections on which it has appended, and not committed. */
  readonly appending: Set<number> = new Set<number>();
  actor: Actor | undefined;

  constructor(name: string) {
    this.name = name;
  }

  kill(): void {
    this.url = undefined;
    this.actor?.kill();
    this.appending.clear();
  }

  /** Resolves when it listens. */
  async start(): Promise<void> {
    const limit = new AbortController();
    const tooLong = new Promise<never>((_resolve, reject) => {
      const fail = (): void => reject(new Error(`${this.name} does not start: ${this.errors}`));
      const timer = setTimeout(fail, LONGEST_BOOT_MS);
      limit.signal.addEventListener('abort', () => clearTimeout(timer));
    });
    await Promise.race([this.actor?.start(), tooLong]).finally(() => limit.abort());
  }

  get errors(): string {
    return this.actor?.errors ?? '';
  }
}

/** Two instances of Strapi on one PostgreSQL, an edge before them, and somebody between all of them. */
export class StrapiCrashWorld {
  readonly instances: readonly [Instance, Instance] = [
    new Instance('strapi-1'),
    new Instance('strapi-2'),
  ];
  refreshes: SeenRefresh[] = [];
  /** The longest fetch from Strapi since the last `forget`, in milliseconds. */
  slowestFillMs = 0;
  readonly crashed: string[] = [];
  readonly query: Query;
  #edge: Edge | undefined;
  #origin: Balancer | undefined;
  #armed: { readonly choice: CrashChoice; left: number; readonly act: (of: Instance) => void }[] =
    [];
  #ends: (() => unknown)[] = [];

  private constructor(query: Query) {
    this.query = query;
  }

  get edge(): Edge {
    if (this.#edge === undefined) throw new Error('the edge does not run');
    return this.#edge;
  }

  /** Whichever instance lives, past the edge. */
  get originUrl(): string {
    return this.#origin?.url ?? '';
  }

  /** @returns `undefined` where there is no PostgreSQL */
  static async open(): Promise<StrapiCrashWorld | undefined> {
    const database = await createDatabase('postgres');
    if (database === undefined) return undefined;
    const knex = database.connect();
    const world = new StrapiCrashWorld(
      async (sql, bindings = []) => (await knex.raw(sql, [...bindings])).rows ?? [],
    );
    world.#ends.push(database.drop);
    try {
      await world.#begin(new URL(database.url));
      return world;
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  instanceOf(name: string): Instance {
    const found = this.instances.find((instance) => instance.name === name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  }

  /** Kills at the nth moment from now, once. */
  arm(choice: CrashChoice, act: (of: Instance) => void): void {
    this.#armed = [{ choice, left: choice.nth, act }];
  }

  disarm(): void {
    this.#armed = [];
  }

  /** What happened before is judged. */
  forget(): void {
    this.refreshes = [];
    this.slowestFillMs = 0;
  }

  async close(): Promise<void> {
    for (const end of this.#ends.toReversed()) await end();
    this.#ends = [];
  }

  async #begin(database: URL): Promise<void> {
    const origin = await openBalancer(() =>
      this.instances.flatMap(({ url }) => (url === undefined ? [] : [Number(new URL(url).port)])),
    );
    this.#origin = origin;
    this.#ends.push(origin.close);
    this.#edge = await startEdge({
      domains: { [DOMAIN]: origin.url },
      pointsOfPresence: [
        { name: 'pop-1', propagationDelayMs: 20 },
        { name: 'pop-2', propagationDelayMs: 60 },
      ],
      secondLayer: { propagationDelayMs: 40 },
      maxCallsPerSecond: Infinity,
    });
    this.#ends.push(() => this.edge.close());
    this.edge.onEvent((event) => {
      if (event.type === 'refresh' && event.outcome === 'accepted')
        this.refreshes.push({ atMs: event.at, tags: event.tags });
      if (event.type === 'fetch' && event.layer === 'second-layer')
        this.slowestFillMs = Math.max(this.slowestFillMs, event.at - event.startedAt);
    });
    for (const instance of this.instances) {
      await this.#prepare(instance, database);
      // Two that make tables at once are in each other's way.
      await instance.start();
    }
    const [first, second] = this.instances;
    second.token = first.token;
  }

  async #prepare(instance: Instance, database: URL): Promise<void> {
    const { name } = instance;
    const onMoment = (kind: MomentKind, query?: AskedQuery): Verdict =>
      this.#onMoment(instance, kind, query);
    const upstream = { host: database.hostname, port: Number(database.port || 5432) };
    const gate = await openDatabaseGate('postgres', upstream, onMoment);
    const api = await openApiGate(name, this.edge.apiUrl, { onMoment, onCall: () => {} });
    const env = {
      STRAPI_TELEMETRY_DISABLED: 'true',
      STRAPI_DISABLE_LICENSE_PING: 'true',
      DATABASE_CLIENT: 'postgres',
      DATABASE_HOST: '127.0.0.1',
      DATABASE_PORT: String(gate.port),
      DATABASE_NAME: database.pathname.slice(1),
      DATABASE_USERNAME: decodeURIComponent(database.username),
      DATABASE_PASSWORD: decodeURIComponent(database.password),
    };
    const given = (start: number): Given => ({
      name: `${name}.${start}`,
      env,
      endpoint: api.url,
      isFirst: instance === this.instances[0] && start === 1,
    });
    const onSaid = (said: Said): void => {
      if (said.type === 'crashed') this.crashed.push(`${name} crashed: ${instance.errors}`);
      if (said.type !== 'ready') return;
      instance.url = String(said['url']);
      const { token } = said;
      if (typeof token === 'string') instance.token = token;
    };
    instance.actor = new Actor(name, { script: SCRIPT, given, onSaid });
    this.#ends.push(api.close, gate.close, () => instance.kill());
  }

  #onMoment(instance: Instance, kind: MomentKind, query: AskedQuery | undefined): Verdict {
    let verdict: Verdict = 'pass';
    for (const moment of momentsOf(instance, kind, query))
      for (const armed of this.#armed) {
        const { choice } = armed;
        if (choice.moment !== moment || (choice.victim ?? instance.name) !== instance.name)
          continue;
        armed.left -= 1;
        if (armed.left !== 0) continue;
        verdict = choice.verdict;
        armed.act(instance);
      }
    return verdict;
  }
}

function momentsOf(
  { appending }: Instance,
  kind: MomentKind,
  query: AskedQuery | undefined,
): readonly CrashMoment[] {
  if (kind === 'call' || kind === 'answer') return [kind];
  if (query === undefined) return [];
  const { connection, sql } = query;
  if (kind === 'message') {
    if (/^\s*rollback/i.test(sql)) appending.delete(connection);
    if (!/^\s*insert into "?freshtag_outbox/i.test(sql)) return ['message'];
    appending.add(connection);
    return ['message', 'append'];
  }
  if (!appending.has(connection)) return [];
  if (kind === 'committed') appending.delete(connection);
  return kind === 'commit' || kind === 'committed' ? [kind] : [];
}
