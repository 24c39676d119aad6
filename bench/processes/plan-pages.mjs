// Plans a site of so many pages, of which one in a hundred changed; nothing is read or written.
// usage: node --expose-gc plan-pages.mjs PAGES
import { planRefresh } from '@freshtag/core/site';

const pages = Number(process.argv[2]);
const site = { domain: 'www.example.com', environment: 'production' };
const PAGES_A_SECTION = 100;
const PAGES_A_TOPIC = 20;
const TOPICS_A_PAGE = 2;
const WARM_UP_PAGES = 5000;
const WARM_UP_ROUNDS = 10;
const PAGES_A_COLLECTION = 100_000;
const PAGES_A_MEASURE = 200_000;

const { state, manifest } = makeSite(pages);
const small = makeSite(WARM_UP_PAGES);
globalThis.gc();
// Code that runs for the first time is slow, however many pages there are.
for (let round = 0; round < WARM_UP_ROUNDS; round += 1)
  planRefresh(small.state, small.manifest, site);

const inputKb = process.resourceUsage().maxRSS;
// A small site is planned several times, or the clock would see little but chance.
const rounds = Math.max(1, Math.round(PAGES_A_MEASURE / pages));
let plan = planRefresh(small.state, small.manifest, site);
const startedAtMs = performance.now();
const before = process.cpuUsage();
for (let round = 0; round < rounds; round += 1) plan = planRefresh(state, manifest, site);
const { user, system } = process.cpuUsage(before);
const wallMs = (performance.now() - startedAtMs) / rounds;
const { tags, calls, overPages, oneTagAPage, gap } = plan.cover;
console.log(
  JSON.stringify({
    pages,
    planned: plan.pages.length,
    unchanged: plan.unchanged,
    cpuMs: (user + system) / 1000 / rounds,
    wallMs,
    tags,
    calls,
    overPages,
    gap,
    oneTagAPageCalls: oneTagAPage.calls,
    inputKb,
    peakKb: process.resourceUsage().maxRSS,
  }),
);

/**
 * Two builds. Half of what changed are whole sections, half are pages here and there; some of these
 * are new or gone. What did not change is one object in both.
 */
function makeSite(count) {
  const held = new Map();
  const built = [];
  const shared = new Map();
  const share = (tag) => {
    if (!shared.has(tag)) shared.set(tag, tag);
    return shared.get(tag);
  };
  for (let number = 0; number < count; number += 1) {
    // What making the site leaves behind is not to count as what planning takes.
    if (number % PAGES_A_COLLECTION === 0) globalThis.gc();
    const page = makePage(number, count, share);
    const change = changeOf(number);
    if (change !== 'new') held.set(page.path, page);
    if (change === 'gone') continue;
    built.push(change === 'changed' ? { ...page, digest: `${page.digest}x` } : page);
  }
  return {
    state: { version: 1, ...site, build: 'before', pages: held },
    manifest: { version: 1, pages: built },
  };
}

function makePage(number, count, share) {
  const section = String(Math.floor(number / PAGES_A_SECTION)).padStart(5, '0');
  const path = inOnePiece(`/section-${section}/article-${String(number).padStart(7, '0')}/`);
  const topics = Math.ceil((count * TOPICS_A_PAGE) / PAGES_A_TOPIC);
  const topic = (index) => share(`topic:${(number * 7 + index * 7919) % topics}`);
  return {
    path,
    digest: Buffer.from(`digest ${number}`.padEnd(16, '.')).toString('base64url'),
    tags: [
      share('all-pages'),
      share('article'),
      inOnePiece(`page:${path.slice(0, -1)}`),
      share(`section:${section}`),
      topic(0),
      topic(1),
    ],
  };
}

/** As what was read from a file, and not as what was put together. */
function inOnePiece(text) {
  return Buffer.from(text, 'latin1').toString('latin1');
}

function changeOf(number) {
  const inChangedSection = Math.floor(number / PAGES_A_SECTION) % 200 === 1;
  if (inChangedSection) return 'changed';
  if (number % 200 !== 3) return 'same';
  const part = Math.floor(number / 200) % 10;
  if (part === 0) return 'new';
  return part === 1 ? 'gone' : 'changed';
}
