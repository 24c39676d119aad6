import { watch } from 'node:fs';
import { dirname } from 'node:path';

import { startEdge, type Edge } from '@freshtag/edge';

import {
  Actor,
  openApiGate,
  openDatabaseGate,
  type DatabaseGate,
  type MomentKind,
  type Said,
  type SeenCall,
  type Verdict,
} from '../../src/index.ts';
import type { SeenRefresh } from './checker.ts';
import type { Trap } from './choices.ts';
import { openDatabase, type CrashDatabase, type StoreKind } from './database.ts';
import { startCrashOrigin } from './origin.ts';
import { LIMITS } from './settings.ts';
import { DOMAIN } from './site.ts';
import { startVisitors } from './visitors.ts';

export interface WorldOptions {
  readonly kind: StoreKind;
  readonly seed: number;
  readonly workers: number;
  readonly writers: number;
  readonly secondPass: boolean;
}

const WORKER = new URL('processes/worker.ts', import.meta.url);
const WRITER = new URL('processes/writer.ts', import.meta.url);

interface Armed {
  readonly trap: Trap;
  left: number;
  readonly act: () => void;
}

/** Real processes, a real database and an edge with visitors, and somebody between all of them. */
export class CrashWorld {
  readonly database: CrashDatabase;
  readonly workers: Actor[] = [];
  readonly writers: Actor[] = [];
  /** Since the last `forget`, and of the second before it. */
  calls: SeenCall[] = [];
  refreshes: SeenRefresh[] = [];
  readonly said: (Said & { readonly actor: string })[] = [];
  readonly happened: Map<string, number> = new Map<string, number>();
  /** The longest fetch from the origin since the last `forget`, in milliseconds. */
  slowestFillMs = 0;
  /** How workers are started from now on: see `PATIENCE`. */
  isPatient = true;
  #edge: Edge | undefined;
  #armed: Armed[] = [];
  #ends: (() => unknown)[] = [];
  readonly #gates: DatabaseGate[] = [];

  private constructor(database: CrashDatabase) {
    this.database = database;
    this.#ends.push(() => database.close());
  }

  /** @returns `undefined` where there is no server */
  static async open(options: WorldOptions): Promise<CrashWorld | undefined> {
    const database = await openDatabase(options.kind);
    if (database === undefined) return undefined;
    const world = new CrashWorld(database);
    try {
      await world.#begin(options);
      return world;
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  get edge(): Edge {
    if (this.#edge === undefined) throw new Error('the edge does not run');
    return this.#edge;
  }

  actor(name: string): Actor {
    const found = [...this.workers, ...this.writers].find((actor) => actor.name === name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  }

  /** Acts at the nth moment from now, once. */
  arm(trap: Trap, act: () => void): void {
    this.#armed.push({ trap, left: trap.nth, act });
  }

  disarm(): void {
    this.#armed = [];
  }

  cut(): void {
    for (const gate of this.#gates) gate.cut();
  }

  restore(): void {
    for (const gate of this.#gates) gate.restore();
  }

  /** What happened before is judged. */
  forget(): void {
    const fromMs = Date.now() - 1000;
    this.calls = this.calls.filter(({ arrivedAtMs }) => arrivedAtMs >= fromMs);
    this.refreshes = this.refreshes.filter(({ atMs }) => atMs >= fromMs);
    this.slowestFillMs = 0;
    this.said.length = 0;
  }

  async close(): Promise<void> {
    for (const end of this.#ends.toReversed()) await end();
    this.#ends = [];
  }

  async #begin({ workers, writers, seed, secondPass }: WorldOptions): Promise<void> {
    const origin = await startCrashOrigin(this.database);
    this.#ends.push(origin.close);
    this.#edge = await startEdge({
      domains: { [DOMAIN]: origin.url },
      pointsOfPresence: [
        { name: 'pop-1', propagationDelayMs: 20 },
        { name: 'pop-2', propagationDelayMs: 60 },
      ],
      secondLayer: { propagationDelayMs: 40 },
      // The checker counts; a limit here would hide what is broken.
      maxCallsPerSecond: Infinity,
      maxUrlBytes: LIMITS.maxUrlBytes + 100,
    });
    this.#ends.push(() => this.edge.close());
    this.#listen();
    const connection = this.database.connection(undefined);
    if (connection.kind === 'sqlite') this.#watch(connection.file);
    for (let number = 1; number <= workers; number += 1)
      this.workers.push(await this.#openWorker(`worker-${number}`, secondPass));
    for (let number = 1; number <= writers; number += 1)
      this.writers.push(await this.#openWriter(`writer-${number}`, seed * 100 + number));
    // The tables are there when the first worker is.
    await Promise.all(this.workers.map((worker) => worker.start()));
    await Promise.all(this.writers.map((writer) => writer.start()));
    this.#ends.push(startVisitors(this.edge));
  }

  #listen(): void {
    this.edge.onEvent((event) => {
      if (event.type === 'refresh') {
        const isAccepted = event.outcome === 'accepted';
        const hasEffect = isAccepted && event.fault !== 'task-failed';
        this.refreshes.push({ atMs: event.at, tags: event.tags, isAccepted, hasEffect });
      }
      if (event.type === 'fetch' && event.layer === 'second-layer')
        this.slowestFillMs = Math.max(this.slowestFillMs, event.at - event.startedAt);
      if (event.type === 'fault')
        this.happened.set(event.kind, (this.happened.get(event.kind) ?? 0) + 1);
    });
  }

  #watch(file: string): void {
    const watcher = watch(dirname(file), (_change, name) => {
      if (name?.endsWith('-wal') === true) this.#onMoment(undefined, 'write');
    });
    this.#ends.push(() => watcher.close());
  }

  async #openWorker(name: string, secondPass: boolean): Promise<Actor> {
    const onMoment = (kind: MomentKind): Verdict => this.#onMoment(name, kind);
    const onCall = (call: SeenCall): void => void this.calls.push(call);
    const api = await openApiGate(name, this.edge.apiUrl, { onMoment, onCall });
    this.#ends.push(api.close);
    const connection = this.database.connection(await this.#openGate(onMoment));
    return this.#actor(name, WORKER, () => ({
      connection,
      endpoint: api.url,
      secondPass,
      isPatient: this.isPatient,
    }));
  }

  async #openWriter(name: string, seed: number): Promise<Actor> {
    const connection = this.database.connection(
      await this.#openGate((kind) => this.#onMoment(name, kind)),
    );
    return this.#actor(name, WRITER, (start) => ({
      name: `${name}.${start}`,
      connection,
      seed: seed * 1000 + start,
      isFirst: start === 1,
    }));
  }

  #actor(name: string, script: URL, given: (start: number) => object): Actor {
    const onSaid = (said: Said): void => void this.said.push({ ...said, actor: name });
    const actor = new Actor(name, { script, given, onSaid });
    this.#ends.push(() => actor.kill());
    return actor;
  }

  async #openGate(onMoment: (kind: MomentKind) => Verdict): Promise<number | undefined> {
    const { kind, upstream } = this.database;
    if (kind === 'sqlite' || upstream === undefined) return undefined;
    const gate = await openDatabaseGate(kind, upstream, onMoment);
    this.#gates.push(gate);
    this.#ends.push(gate.close);
    return gate.port;
  }

  /** @param actor nobody, if it cannot be seen whose it is */
  #onMoment(actor: string | undefined, kind: MomentKind): Verdict {
    let verdict: Verdict = 'pass';
    for (const armed of this.#armed) {
      const { trap } = armed;
      if (trap.kind !== kind || (actor ?? trap.actor) !== trap.actor) continue;
      armed.left -= 1;
      if (armed.left !== 0) continue;
      armed.act();
      if (trap.verdict === 'drop') verdict = 'drop';
    }
    return verdict;
  }
}
