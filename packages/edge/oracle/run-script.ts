import { request } from 'undici';

import type { Ask, Script, Step } from './script.ts';
import { DOMAIN, type World } from './worlds.ts';

interface Run {
  readonly world: World;
  /** Sets this script's paths and tags apart from those of all others. */
  readonly prefix: string;
  readonly number: number;
  readonly trace: string[];
  /** What the visitor got last, by domain and path. */
  readonly known: Map<string, Answer['headers']>;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

let scripts = 0;

/** Runs a script in a world; a line for everything that a visitor can see, and what it cost the origin. */
export async function runScript(world: World, { pages, steps }: Script): Promise<string[]> {
  scripts += 1;
  const number = scripts;
  const prefix = `/script-${number}`;
  const tagged = pages.map((page) => ({
    ...page,
    ...(page.tags === undefined ? {} : { tags: page.tags.map((line) => ownTags(line, number)) }),
  }));
  world.origin.show(prefix, tagged);
  const run: Run = { world, prefix, number, trace: [], known: new Map() };
  for (const step of steps) await perform(run, step);
  return run.trace;
}

/** The tags of a `Cache-Tag` line, marked; what stands around them stays. */
function ownTags(line: string, script: number): string {
  return line.replaceAll(/[^\s,]+/g, (tag) => `${tag}~${script}`);
}

async function perform(run: Run, step: Step): Promise<void> {
  const { world, prefix, trace } = run;
  switch (step.do) {
    case 'ask':
      trace.push(await visit(run, step));
      return;
    case 'change':
      world.origin.change(step.domain ?? DOMAIN, prefix + step.path);
      return;
    case 'refresh': {
      const tags = step.tags.map((tag) => ownTags(tag, run.number));
      await world.refresh({ domain: step.domain ?? DOMAIN, tags, force: step.force });
      return;
    }
    case 'ask slowly':
      await visitSlowly(run, step.ask, step.meanwhile);
      return;
    case 'ask together':
      await visitTogether(run, step.ask, step.visitors);
  }
}

async function visit(run: Run, step: Ask): Promise<string> {
  const { origin } = run.world;
  const before = origin.asked();
  const answer = await send(run, step);
  run.known.set(keyOf(step), answer.headers);
  const { method = 'GET', path, domain = '', headers = {}, known } = step;
  const sent = [...Object.entries(headers).map((each) => each.join(': ')), known ?? []].flat();
  const found = String(answer.headers['x-cache'] ?? 'none')
    .slice(0, 4)
    .trim();
  const range = answer.headers['content-range'];
  const told = [found, answer.status, shown(answer.body), range ?? []].flat().join(' ');
  const asked = `${method} ${domain}${path}${sent.map((each) => ` (${each})`).join('')}`;
  return `${asked}: ${told}, asked ${origin.asked() - before}`;
}

/** A long body by its beginning and its length. */
function shown(body: string): string {
  return body.length < 60 ? JSON.stringify(body) : `"${body.slice(0, 20)}…" (${body.length})`;
}

async function visitSlowly(run: Run, step: Ask, meanwhile: readonly Step[]): Promise<void> {
  const { origin } = run.world;
  const before = origin.asked();
  origin.hold(true);
  const slow = visit(run, step);
  await origin.untilAsked(before + 1);
  for (const each of meanwhile) await perform(run, each);
  origin.hold(false);
  run.trace.push(await slow);
}

/** Which of them asked the origin is up to chance, so the bodies and the count are told. */
async function visitTogether(run: Run, step: Ask, visitors: number): Promise<void> {
  const { origin } = run.world;
  const before = origin.asked();
  origin.hold(true);
  const asking = Array.from({ length: visitors }, () => send(run, step));
  await origin.untilAsked(before + 1);
  origin.hold(false);
  const bodies = new Set((await Promise.all(asking)).map(({ body }) => body));
  run.trace.push(
    `${visitors} × ${step.path}: ${[...bodies].join()}, asked ${origin.asked() - before}`,
  );
}

async function send({ world, prefix, known }: Run, step: Ask): Promise<Answer> {
  const { method = 'GET', path, domain = DOMAIN, headers } = step;
  const {
    statusCode,
    headers: answered,
    body,
  } = await request(world.url + prefix + path, {
    method,
    headers: { host: domain, ...headers, ...condition(step, known.get(keyOf(step))) },
  });
  return { status: statusCode, headers: answered, body: await body.text() };
}

function condition({ known }: Ask, headers: Answer['headers'] = {}): Record<string, string> {
  if (known === undefined || headers[known] === undefined) return {};
  const name = known === 'etag' ? 'if-none-match' : 'if-modified-since';
  return { [name]: String(headers[known]) };
}

function keyOf({ domain = DOMAIN, path }: Ask): string {
  return domain + path;
}
