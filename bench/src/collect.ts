import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { createFileStore, prepareDeploy, writeEdgeState } from '@freshtag/core/site';

import { changeBigSite, writeBigSite, type BigSite } from './big-site.ts';
import { runNode, script } from './child.ts';
import { goal, type Goal, type Measured } from './goal.ts';
import { contestant, interleave, summarize, type Summary } from './interleave.ts';
import { fieldsIn, numberIn, parseFields } from './json.ts';

/** What reading and planning a large site takes. */
export interface Collecting {
  readonly pages: number;
  readonly changed: number;
  readonly bytesAPage: number;
  readonly stateBytes: number;
  /** Whole processes, in milliseconds. */
  readonly wallMs: Readonly<Record<'b3sum' | 'collect' | 'plan', Summary>>;
  /** User and system time of whole processes, all threads and children: what a busy machine lengthens least. */
  readonly cpuMs: Readonly<Record<'b3sum' | 'collect' | 'plan', Summary>>;
  /** The most memory that a process ever had, in MB. */
  readonly peakMb: Readonly<Record<'empty' | 'collect' | 'plan', Summary>>;
}

const site = { domain: 'www.example.com', environment: 'production' };
const SLOWER = { is: 'at most', ratio: 1.5 } as const;
const MEMORY_MB = 250;

/** A site of 100,000 pages in as many folders, of which one in a hundred changed; the page cache is warm. */
export async function measureCollecting(
  runs: number,
  {
    pages = 100_000,
    bytesAPage = 10_000,
  }: { readonly pages?: number; readonly bytesAPage?: number } = {},
): Promise<Measured<Collecting>> {
  const folder = await mkdtemp(join(tmpdir(), 'freshtag-bench-'));
  try {
    const big = { dir: join(folder, 'site'), pages, bytesAPage };
    const state = join(folder, 'edge-state.json');
    const stateBytes = await deploy(big, state);
    const changed = changeBigSite(big);
    const values = await measure({ dir: big.dir, state, runs });
    return {
      values: { pages, changed, bytesAPage, stateBytes, ...values },
      goals: goalsOf(values),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes the site and the state of an edge that has all of it. @returns bytes of the state's file */
async function deploy(big: BigSite, file: string): Promise<number> {
  writeBigSite(big);
  const store = createFileStore(file);
  const { plan, manifest } = await prepareDeploy({ ...site, store, dir: big.dir });
  const pages = new Map(manifest.pages.map(({ path, ...page }) => [path, page]));
  await writeEdgeState(store, { version: 1, ...site, build: plan.build, pages });
  return (await stat(file)).size;
}

type Measures = Pick<Collecting, 'wallMs' | 'cpuMs' | 'peakMb'>;

async function measure({
  dir,
  state,
  runs,
}: {
  readonly dir: string;
  readonly state: string;
  readonly runs: number;
}): Promise<Measures> {
  const b3sum = contestant(() => hashAll(dir));
  const empty = contestant(() => sample('empty-peak.cjs'));
  const collect = contestant(() => sample('collect-site.mjs', dir));
  const plan = contestant(() => sample('plan-site.mjs', dir, state));
  await interleave<unknown>([b3sum, empty, collect, plan], runs);
  const contestants = { b3sum: b3sum.samples, collect: collect.samples, plan: plan.samples };
  const every = (measured: keyof Sample): Record<keyof typeof contestants, Summary> => ({
    b3sum: summary(contestants.b3sum, measured),
    collect: summary(contestants.collect, measured),
    plan: summary(contestants.plan, measured),
  });
  const { collect: collectMb, plan: planMb } = every('peakMb');
  return {
    wallMs: every('wallMs'),
    cpuMs: every('cpuMs'),
    peakMb: { empty: summary(empty.samples, 'peakMb'), collect: collectMb, plan: planMb },
  };
}

function summary(samples: readonly Sample[], measured: keyof Sample): Summary {
  return summarize(samples.map((each) => each[measured]));
}

function goalsOf({ wallMs, cpuMs, peakMb }: Measures): Goal[] {
  const names = { collect: 'reading into a manifest', plan: 'state, reading and plan' } as const;
  return (['collect', 'plan'] as const).flatMap((which) => [
    goal({
      name: `${names[which]}: time`,
      unit: 'ms',
      ours: wallMs[which].median,
      theirs: wallMs.b3sum.median,
      limit: SLOWER,
    }),
    goal({
      name: '  time of the CPU',
      unit: 'ms',
      ours: cpuMs[which].median,
      theirs: cpuMs.b3sum.median,
    }),
    goal({
      name: `${names[which]}: memory (peak)`,
      unit: 'MB',
      ours: peakMb[which].median - peakMb.empty.median,
      theirs: MEMORY_MB,
      limit: { is: 'at most', ratio: 1 },
    }),
  ]);
}

interface Sample {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMb: number;
}

async function sample(file: string, ...args: readonly string[]): Promise<Sample> {
  const { wallMs, stdout } = await runNode([script(file), ...args]);
  const fields = parseFields(stdout);
  const cpu = fieldsIn(fields, 'cpu') ?? {};
  return {
    wallMs,
    cpuMs: (numberIn(cpu, 'user') + numberIn(cpu, 'system')) / 1000,
    peakMb: (numberIn(fields, 'peakKb') * 1024) / 1_000_000,
  };
}

/** `find -print0 | xargs -0 -P2 b3sum` */
async function hashAll(dir: string): Promise<Sample> {
  const startedMs = performance.now();
  const command = 'set -o pipefail; find "$0" -type f -print0 | xargs -0 -P2 b3sum > /dev/null';
  // The last line of `times` has what the children took, as 0m0.890s 0m1.989s.
  const child = spawn('bash', ['-c', `${command} && times`, dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [times] = await Promise.all([text(child.stdout), once(child, 'close')]);
  const wallMs = performance.now() - startedMs;
  if (child.exitCode !== 0)
    throw new Error('b3sum did not run. Debian has it: apt-get install b3sum');
  return { wallMs, cpuMs: millisecondsIn(times.trim().split('\n').at(-1) ?? ''), peakMb: 0 };
}

function millisecondsIn(times: string): number {
  return [...times.matchAll(/(\d+)m([\d.]+)s/g)]
    .map(([, minutes, seconds]) => Number(minutes) * 60_000 + Number(seconds) * 1000)
    .reduce((sum, each) => sum + each, 0);
}
