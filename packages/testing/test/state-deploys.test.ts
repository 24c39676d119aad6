import { spawn } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, test } from 'vitest';

import { startEdge, type Edge } from '@freshtag/edge';

import { startOrigin, temporaryFolder, writeFiles, type Origin } from '../src/index.ts';

const SCRIPT = fileURLToPath(new URL('processes/deploy.ts', import.meta.url));
const domain = 'www.example.com';
const PATHS = ['/', '/a/', '/b/', '/c/', '/d/', '/gone/'];

let origin: Origin;
let edge: Edge;
let folder: string;

beforeEach(async () => {
  folder = temporaryFolder();
  origin = await startOrigin();
  edge = await startEdge({
    domains: { [domain]: origin.url },
    pointsOfPresence: [{ name: 'pop', propagationDelayMs: 0 }],
    secondLayer: { propagationDelayMs: 0 },
  });
});

afterEach(async () => {
  await edge.close();
  await origin.close();
});

interface DeployOptions {
  /** Name of the build, whose pages are in the folder of that name. */
  readonly build: string;
  readonly state: string;
  readonly kill?: { readonly write: number; readonly when: 'before' | 'after' };
}

/** A deploy by a real process, which waits before each step. */
class Deploy {
  readonly build: string;
  readonly #child;
  readonly #lines: AsyncIterator<string>;
  stderr = '';

  constructor({ build, ...more }: DeployOptions) {
    this.build = build;
    const options = {
      ...more,
      dir: join(folder, build),
      domain,
      directory: join(folder, `files-${build}`),
      endpoint: edge.apiUrl,
    };
    const args = [
      '--conditions=@freshtag/source',
      '--no-warnings',
      SCRIPT,
      JSON.stringify(options),
    ];
    this.#child = spawn(process.execPath, args, {
      cwd: folder,
      env: { PATH: process.env['PATH'] },
    });
    this.#child.stderr.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.#child.stdin.on('error', () => {});
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** The step that it waits before, or `undefined` if it has ended. */
  async next(): Promise<string | undefined> {
    const { value, done } = await this.#lines.next();
    return done ? undefined : value;
  }

  goOn(): void {
    this.#child.stdin.write('\n');
  }

  /** Uploads when it is announced, and some pages are visited; tells the last step that was reached. */
  async toTheEnd(visited: readonly string[] = PATHS): Promise<string | undefined> {
    let last: string | undefined;
    for (let step = await this.next(); step !== undefined; step = await this.next()) {
      last = step;
      if (step === 'announced') await upload(this.build, visited);
      this.goOn();
    }
    return last;
  }
}

/** The site of a build: each page has its own content, or is not there. */
function writeBuild(name: string, pages: Readonly<Record<string, string>>): void {
  const files = Object.entries(pages).map(([path, content]) => [
    join(name, path, 'index.html'),
    content,
  ]);
  writeFiles(folder, Object.fromEntries(files));
}

async function upload(name: string, visited: readonly string[] = PATHS): Promise<void> {
  const live = join(folder, 'live');
  rmSync(live, { recursive: true, force: true });
  cpSync(join(folder, name), live, { recursive: true });
  origin.deploy(live, join(folder, `files-${name}`, 'production', domain, 'manifest.json'));
  for (const path of visited) await (await fetch(edge.url + path)).arrayBuffer();
}

/** Every page that the edge shows otherwise than the origin does, compared by nothing of ours. */
async function stalePages(): Promise<string[]> {
  const stale: string[] = [];
  for (const path of PATHS) {
    const [shown, made] = await Promise.all([fetch(edge.url + path), fetch(origin.url + path)]);
    const same = shown.status === made.status && (await shown.text()) === (await made.text());
    if (!same) stale.push(path);
  }
  return stale;
}

/** Visited while the first build is live; the edge stores the others of a later one. */
const SOME = ['/c/', '/gone/'];
const first = { '/': 'one', '/a/': 'one', '/b/': 'one', '/c/': 'one', '/gone/': 'one' };

describe.for(['state.json', 'sqlite:state.db'])('an edge state in %s', (state) => {
  test.for([
    [1, 'before', 'prepared'],
    [1, 'after', 'prepared'],
    [2, 'before', 'announced'],
    [2, 'after', 'announced'],
  ] as const)(
    'a deploy that is killed at write %d, %s it, leaves nothing old after the next',
    async ([write, when, reached], { expect }) => {
      writeBuild('first', first);
      expect(await new Deploy({ build: 'first', state }).toTheEnd(SOME)).toBe('applied');

      writeBuild('second', { ...first, '/': 'two', '/a/': 'two', '/d/': 'two' });
      rmSync(join(folder, 'second/gone'), { recursive: true });
      const killed = new Deploy({ build: 'second', state, kill: { write, when } });
      expect(await killed.toTheEnd()).toBe(reached);
      expect(killed.stderr).toBe('');
      // Visitors meet some of its pages, of which the edge has no copy yet.
      if (reached === 'announced' || when === 'after') await upload('second');

      writeBuild('third', { ...first, '/': 'one', '/a/': 'two', '/b/': 'three' });
      expect(await new Deploy({ build: 'third', state }).toTheEnd()).toBe('applied');
      expect(await stalePages()).toEqual([]);
    },
  );

  test('two deploys at once lose nothing of each other: the later one drops the earlier one’s pages too', async ({
    expect,
  }) => {
    writeBuild('first', first);
    await new Deploy({ build: 'first', state }).toTheEnd(SOME);
    writeBuild('one', { ...first, '/a/': 'of one', '/d/': 'of one' });
    writeBuild('other', { ...first, '/b/': 'of other' });
    const deploys = [new Deploy({ build: 'one', state }), new Deploy({ build: 'other', state })];
    for (const deploy of deploys) expect(await deploy.next()).toBe('prepared');
    for (const deploy of deploys) deploy.goOn();

    const order: Deploy[] = [];
    await Promise.all(
      deploys.map(async (deploy) => {
        expect(await deploy.next()).toBe('announced');
        order.push(deploy);
      }),
    );
    for (const deploy of order) await upload(deploy.build);
    const [earlier, later] = order;
    earlier?.goOn();
    expect(await earlier?.next()).toBeUndefined();
    expect(earlier?.stderr).toContain('PLAN_OUTDATED');
    later?.goOn();
    expect(await later?.next()).toBe('applied');
    expect(await stalePages()).toEqual([]);
    later?.goOn();
  });
});

test('many commands that plan at once announce all that any of them may bring live', async ({
  expect,
}) => {
  const state = 'state.json';
  writeBuild('first', first);
  await new Deploy({ build: 'first', state }).toTheEnd(SOME);
  const names = ['/', '/a/', '/b/', '/c/'];
  const deploys = names.map((path, index) => {
    writeBuild(`b${index}`, { ...first, [path]: `of ${index}` });
    return new Deploy({ build: `b${index}`, state });
  });
  for (const deploy of deploys) expect(await deploy.next()).toBe('prepared');
  for (const deploy of deploys) deploy.goOn();
  for (const deploy of deploys) expect(await deploy.next()).toBe('announced');
  for (const deploy of deploys) await upload(deploy.build);
  writeBuild('last', first);
  expect(await new Deploy({ build: 'last', state }).toTheEnd()).toBe('applied');
  expect(await stalePages()).toEqual([]);
});
