import { cpSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';

import {
  announceDeploy,
  applyPlan,
  createFileStore,
  deployFiles,
  prepareDeploy,
  type ApplyOptions,
  type ApplyResult,
  type Manifest,
  type Plan,
  type PreparedDeploy,
  type StateStore,
} from '@freshtag/core/site';
import { startEdge, type Edge } from '@freshtag/edge';

import { startOrigin, temporaryFolder, writeFiles, type Origin } from '../../src/index.ts';
import { credentials, SecondsClock } from '../world.ts';
import { differences } from './checker.ts';

/** One page of a site as its author has it. */
export interface SourcePage {
  readonly body: string;
  readonly tags?: readonly string[];
}

export type Source = Readonly<Record<string, SourcePage | string>>;

/** A build that was planned and announced, ready to go live. */
export interface PlannedBuild {
  readonly dir: string;
  readonly manifest: Manifest;
  readonly plan: Plan;
}

export type UploadOrder = 'together' | 'files-first' | 'headers-first';

const ENVIRONMENT = 'production';
const RULE_OF_VISITS = 48_271;

/**
 * An edge of two layers and two points of presence before the origins of one or more domains, on one
 * clock that passes only while somebody sleeps. Visitors come in each of its seconds, always the same.
 */
export class DeployWorld {
  readonly clock: SecondsClock = new SecondsClock();
  readonly sites: DeployedSite[] = [];
  readonly #edge: Edge;
  #seed = 1;

  private constructor(edge: Edge) {
    this.#edge = edge;
  }

  static async create(domains: readonly string[] = ['www.example.com']): Promise<DeployWorld> {
    const origins = await Promise.all(domains.map(() => startOrigin()));
    const world: { current?: DeployWorld } = {};
    const clock = new SecondsClock();
    const edge = await startEdge({
      domains: Object.fromEntries(
        domains.map((domain, index) => [domain, origins[index]?.url ?? '']),
      ),
      clock,
      pointsOfPresence: [
        { name: 'pop-1', propagationDelayMs: 1000 },
        { name: 'pop-2', propagationDelayMs: 4000 },
      ],
      secondLayer: { propagationDelayMs: 2000 },
      // The clock waits for visitors; one who waited for a fetch that is held would stop it.
      // A 404 is kept for long, as some have it: it must not be time that removes it.
      cache: { deduplicates: false, statusTtlSeconds: { 404: 86_400 } },
    });
    world.current = Object.assign(new DeployWorld(edge), { clock });
    for (const [index, domain] of domains.entries()) {
      const origin = origins[index];
      if (origin !== undefined)
        world.current.sites.push(new DeployedSite(world.current, domain, origin));
    }
    clock.onSecond = () => world.current?.visitSome() ?? Promise.resolve();
    return world.current;
  }

  get edge(): Edge {
    return this.#edge;
  }

  /** The first, or only, site. */
  get site(): DeployedSite {
    const [site] = this.sites;
    if (site === undefined) throw new Error('there is no site');
    return site;
  }

  /** Every URL at every point of presence that differs from what its origin sends. */
  differences(): Promise<string[]> {
    const sites = this.sites.map(({ domain, origin, paths }) => ({
      domain,
      origin: origin.url,
      paths,
    }));
    return differences(this.#edge, sites);
  }

  /** Every page of every site, at every point of presence: the edge stores all that it may. */
  async visitAll(): Promise<void> {
    for (const site of this.sites)
      for (const path of site.paths)
        for (const point of this.#edge.points)
          await visit(this.#edge.url + path, site.domain, point);
  }

  async visitSome(): Promise<void> {
    for (const site of this.sites) {
      const paths = [...site.paths];
      const path = paths[this.#random(paths.length)];
      const point = this.#edge.points[this.#random(this.#edge.points.length)] ?? '';
      if (path !== undefined) await visit(this.#edge.url + path, site.domain, point);
    }
  }

  #random(below: number): number {
    this.#seed = (this.#seed * RULE_OF_VISITS) % 2_147_483_647;
    return below === 0 ? 0 : this.#seed % below;
  }

  async close(): Promise<void> {
    await this.#edge.close();
    await Promise.all(this.sites.map(({ origin }) => origin.close()));
  }
}

/** One domain: its origin, its edge state, its builds. Builds nothing but what it is told. */
export class DeployedSite {
  readonly domain: string;
  readonly origin: Origin;
  /** Every path that any build of it ever had. */
  readonly paths: Set<string> = new Set<string>();
  readonly folder: string = temporaryFolder();
  readonly store: StateStore;
  readonly #world: DeployWorld;
  #builds = 0;
  #live: PlannedBuild | undefined;

  constructor(world: DeployWorld, domain: string, origin: Origin) {
    this.#world = world;
    this.domain = domain;
    this.origin = origin;
    this.store = createFileStore(this.stateFile, { clock: world.clock });
  }

  get stateFile(): string {
    return join(this.folder, 'edge-state.json');
  }

  /** Builds a site and plans it, of which nobody is told yet. */
  async prepare(
    source: Source,
  ): Promise<{ readonly dir: string; readonly prepared: PreparedDeploy }> {
    this.#builds += 1;
    const dir = join(this.folder, `build-${this.#builds}`);
    const tags = new Map<string, readonly string[]>();
    for (const [path, page] of Object.entries(source)) {
      const { body, tags: more = [] } = typeof page === 'string' ? { body: page } : page;
      writeFiles(dir, { [path.endsWith('/') ? `${path}index.html` : path]: body });
      tags.set(path, more);
      this.paths.add(path);
    }
    const prepared = await prepareDeploy({
      domain: this.domain,
      environment: ENVIRONMENT,
      store: this.store,
      dir,
      allowShrink: true,
      tags: ({ path }) => tags.get(path) ?? [],
    });
    return { dir, prepared };
  }

  /** What was prepared may go live from now on. */
  async announce({
    dir,
    prepared,
  }: Awaited<ReturnType<DeployedSite['prepare']>>): Promise<PlannedBuild> {
    const files = deployFiles(join(this.folder, 'files'), {
      domain: this.domain,
      environment: ENVIRONMENT,
    });
    const { clock } = this.#world;
    const { plan, manifest } = await announceDeploy(prepared, { files, store: this.store, clock });
    return { dir, plan, manifest };
  }

  async plan(source: Source): Promise<PlannedBuild> {
    return this.announce(await this.prepare(source));
  }

  /** Files and header configuration go live, and visitors come in between. */
  async upload(build: PlannedBuild, order: UploadOrder = 'together'): Promise<void> {
    const before = this.#live;
    if (before !== undefined && order === 'files-first')
      this.origin.deploy(build.dir, before.manifest);
    if (before !== undefined && order === 'headers-first')
      this.origin.deploy(before.dir, build.manifest);
    if (before !== undefined && order !== 'together') await this.#world.visitAll();
    this.origin.deploy(build.dir, build.manifest);
    this.#live = build;
  }

  /** What the origin served before it had heard of tags: cacheable, and reachable by none. */
  serveUntagged(source: Record<string, string>): void {
    const dir = temporaryFolder();
    for (const [path, body] of Object.entries(source)) {
      writeFiles(dir, { [path.endsWith('/') ? `${path}index.html` : path]: body });
      this.paths.add(path);
    }
    this.origin.deployUntagged(dir);
  }

  apply({ plan }: PlannedBuild, more: Partial<ApplyOptions> = {}): Promise<ApplyResult> {
    return applyPlan(plan, {
      credentials,
      endpoint: this.#world.edge.apiUrl,
      clock: this.#world.clock,
      pollIntervalMs: 1000,
      store: this.store,
      origin: this.origin.url,
      originTimeoutMs: 0,
      ...more,
    });
  }

  /** Plans, uploads and applies, as a pipeline does. */
  async deploy(source: Source): Promise<PlannedBuild> {
    const build = await this.plan(source);
    await this.upload(build);
    await this.apply(build);
    return build;
  }

  loseState(): void {
    rmSync(this.stateFile, { force: true });
  }

  /** A copy of the state as it is, to look at or bring back. */
  saveState(name: string): void {
    cpSync(this.stateFile, join(this.folder, name));
  }
}

function visit(url: string, host: string, point: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { host, 'x-edge-pop': point };
    const asked = request(url, { headers, agent: false }, (response) => {
      response.resume();
      response.on('end', resolve);
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end();
  });
}
