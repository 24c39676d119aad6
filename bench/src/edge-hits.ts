import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import {
  has,
  startBareProxy,
  startEdgeServer,
  startOrigin,
  startVarnish,
  type Server,
} from './edge-servers.ts';
import { goal, type Measured } from './goal.ts';
import { contestant, interleave, summarize, type Summary } from './interleave.ts';

const run = promisify(execFile);
const CONNECTIONS = 32;
const WARM_UP_SECONDS = 1;
const SECONDS = 2;

export interface Hits extends Readonly<Record<'edge' | 'bare', Summary>> {
  /** Not there if Varnish is not installed. */
  readonly varnish?: Summary;
  readonly connections: number;
}

/**
 * Answers a second for one stored object of 10 KB, by `wrk`. The bare proxy asks the origin each time.
 * @throws Error without `wrk`
 */
export async function measureHits(runs: number): Promise<Measured<Hits>> {
  if (!has('wrk', '-v')) throw new Error('wrk is missing: apt-get install wrk');
  const origin = await startOrigin();
  const edge = contestant(() => hit(() => startEdgeServer(origin.url, 'two-layers')));
  const bare = contestant(() => hit(() => startBareProxy(origin.url)));
  const varnish = contestant(() => hit(() => startVarnish(origin.url)));
  try {
    await interleave([edge, bare, ...(has('varnishd', '-V') ? [varnish] : [])], runs);
  } finally {
    await origin.stop();
  }
  const values: Hits = {
    connections: CONNECTIONS,
    edge: summarize(edge.samples),
    bare: summarize(bare.samples),
    ...(varnish.samples.length === 0 ? {} : { varnish: summarize(varnish.samples) }),
  };
  const beside = { unit: 'hits/s', theirs: values.bare.median } as const;
  const limit = { is: 'at least', ratio: 0.8 } as const;
  return {
    values,
    goals: [
      goal({ name: 'stored 10 KB: edge', ours: values.edge.median, ...beside, limit }),
      ...(values.varnish === undefined
        ? []
        : [goal({ name: '  Varnish 7.1', ours: values.varnish.median, ...beside })]),
    ],
  };
}

/** A fresh server, warmed up by what is measured afterwards. */
async function hit(start: () => Promise<Server>): Promise<number> {
  const server = await start();
  try {
    await wrk(server.url, WARM_UP_SECONDS);
    return await wrk(server.url, SECONDS);
  } finally {
    await server.stop();
  }
}

async function wrk(url: string, seconds: number): Promise<number> {
  const args = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, `${url}/big`];
  const { stdout } = await run('wrk', args);
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1];
  if (rate === undefined || /Non-2xx/.test(stdout)) throw new Error(`wrk failed:\n${stdout}`);
  return Number(rate);
}
