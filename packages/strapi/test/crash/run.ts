// Kills instances of Strapi, and looks whether anything was lost. A line a round on standard error, one of
// JSON with the figures on standard output.
// usage: node --conditions=@freshtag/source run.ts [--rounds N] [--seed N] [--minutes N]
import { parseArgs } from 'node:util';

import type { Api } from './api.ts';
import { chooseCrash, describeCrash } from './choices.ts';
import { Editor, type Owned } from './editors.ts';
import { addRound, noFigures } from './figures.ts';
import { playRound } from './round.ts';
import { installWitness } from './witness.ts';
import { StrapiCrashWorld } from './world.ts';

const EDITORS = 4;
const COUNTRIES_EACH = 2;
const MOST_FAILURES = 3;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    minutes: { type: 'string', default: 'Infinity' },
  },
});
const world = await StrapiCrashWorld.open();
if (world === undefined) process.stdout.write(`${JSON.stringify({ skipped: true })}\n`);
else {
  try {
    await run(world, Number(values.seed));
  } finally {
    await world.close();
  }
}

async function run(of: StrapiCrashWorld, seed: number): Promise<void> {
  const startedMs = Date.now();
  const untilMs = startedMs + Number(values.minutes) * 60_000;
  const figures = noFigures(seed);
  const apis = of.instances.map(({ api }) => api);
  const owned = await fill(apis);
  await installWitness(of.query);
  const regions = owned.map(({ region }) => region);
  const editors = owned.map(
    (own, index) => new Editor(`e${index}`, { owned: own, regions, seed: seed * 10 + index }),
  );
  const names = of.instances.map(({ name }) => name);
  let afterId = 0;
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const choice = chooseCrash(seed + round, names);
    const what = `round ${round + 1}, ${describeCrash(choice)}`;
    const result = await playRound(of, choice, { editors, owned, afterId });
    afterId = result.lastId;
    const failure = addRound(figures, result, what);
    const { committed, died, isLate } = result;
    process.stderr.write(
      failure ?? `${what}: ${committed} changes, ${died} died${isLate ? ', late' : ''}\n`,
    );
    if (figures.failures.length >= MOST_FAILURES || Date.now() > untilMs) break;
  }
  figures.seconds = Math.round((Date.now() - startedMs) / 1000);
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

/** What each editor owns, published in both locales. */
async function fill(apis: readonly Api[]): Promise<readonly Owned[]> {
  const owned: Owned[] = [];
  for (let editor = 0; editor < EDITORS; editor += 1) {
    const api = apis[editor % apis.length];
    if (api === undefined) break;
    owned.push(await fillFor(editor, api));
  }
  return owned;
}

async function fillFor(editor: number, api: Api): Promise<Owned> {
  const make = async (path: string, data: object): Promise<string> => {
    const answer = await api.send('POST', path, { data });
    if (answer === undefined || answer === 'not-sent' || answer.status !== 201)
      throw new Error(`no entry: ${JSON.stringify(answer)}`);
    return answer.body.data.documentId;
  };
  const region = await make('/api/regions', { name: `R${editor}`, code: `r${editor}` });
  const language = await make('/api/languages', { name: `L${editor}`, code: `l${editor}` });
  const countries: string[] = [];
  for (let number = 0; number < COUNTRIES_EACH; number += 1) {
    const data = { name: 'C', code: `c${editor}${number}`, region, languages: [language] };
    const id = await make('/api/countries', data);
    await api.send('PUT', `/api/countries/${id}?locale=de`, { data });
    countries.push(id);
  }
  return { api, countries, language, region };
}
