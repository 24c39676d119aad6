import { createReader, get, post } from './api.js';
import { find, h, legible, setAttribute, setText, show } from './dom.js';
import { counted, formatCount, formatSeconds } from './format.js';

/**
 * @typedef {import('../control/views.ts').ControlState} ControlState
 * @typedef {import('../control/views.ts').Moment} Moment
 * @typedef {import('../inspect.ts').ObjectPage} ObjectPage
 * @typedef {import('../inspect.ts').StoredObject} StoredObject
 * @typedef {import('../inspect.ts').TagPage} TagPage
 * @typedef {{ readonly domain: string, readonly tag: string }} Named
 * @typedef {{ readonly path: string, readonly at: ReadonlyMap<string, StoredObject> }} Page
 */

const MOST_OBJECTS = 1000;
const WITH_FORCE = 'Removes the copies: whoever asks next has them fetched anew.';
const WITHOUT_FORCE = 'Has the origin asked first: copies stay whose Last-Modified did not move.';

/**
 * One tag: its pages at every cache, and the button that refreshes it.
 *
 * @param {ControlState} state
 * @param {{ readonly find: (taskId: string) => import('./refreshes.js').Refresh | undefined }} refreshes
 */
export function createTag({ layers }, refreshes) {
  const view = find(document, '#view-tag', HTMLElement);
  const names = layers.map(({ name }) => name);
  const body = find(view, 'tbody', HTMLElement);
  const form = createRefreshForm(view, () => named, refreshes, names);
  /** @type {Named} */
  let named = { domain: '', tag: '' };
  /** Paths that were seen with this tag: what is gone stays in sight. @type {ReadonlyMap<string, Page>} */
  let seen = new Map();

  const heads = names.map((name) =>
    h('th', { scope: 'col', class: 'w-state', 'data-layer': name }, name),
  );
  find(view, 'thead', HTMLElement).replaceChildren(
    h('tr', {}, h('th', { scope: 'col' }, 'Path'), ...heads),
  );

  const read = createReader({
    question: () => named,
    load: (asked) =>
      Promise.all([
        /** @type {Promise<ObjectPage>} */ (get('/api/objects', { ...asked, limit: MOST_OBJECTS })),
        /** @type {Promise<TagPage>} */ (get('/api/tags', { ...asked })),
      ]),
    apply: ([{ total, objects }, { tags }]) => {
      seen = new Map([...[...seen.keys()].map((path) => noWhere(path)), ...pagesOf(objects)]);
      showHits(view, total, tags[0]?.objects ?? {}, names);
      show(body, [...seen.values()], {
        keyOf: ({ path }) => path,
        make: (page) => makeRow(page, names),
        change,
      });
      showEmpty(view, total, seen.size);
    },
  });
  return {
    /** @param {Named} asked */
    open: (asked) => {
      if (asked.domain !== named.domain || asked.tag !== named.tag) {
        named = asked;
        seen = new Map();
        form.reset();
      }
      setText(find(view, '#tag-title', HTMLElement), legible(asked.tag));
      setText(find(view, '#tag-domain', HTMLElement), legible(asked.domain));
      find(view, '#tag-title', HTMLElement).focus();
      read();
    },
    read,
    follow: form.follow,
  };
}

/**
 * @param {string} path
 * @returns {[string, Page]}
 */
function noWhere(path) {
  return [path, { path, at: new Map() }];
}

/**
 * Of the variants of a page the first is shown: a refresh reaches all alike.
 *
 * @param {readonly StoredObject[]} objects
 * @returns {ReadonlyMap<string, Page>}
 */
function pagesOf(objects) {
  /** @type {Map<string, { path: string, at: Map<string, StoredObject> }>} */
  const pages = new Map();
  for (const object of objects) {
    const page = pages.get(object.path) ?? { path: object.path, at: new Map() };
    if (!page.at.has(object.layer)) page.at.set(object.layer, object);
    pages.set(object.path, page);
  }
  return pages;
}

/**
 * @param {Page} page
 * @param {readonly string[]} layers
 */
function makeRow({ path }, layers) {
  const shown = legible(path);
  const cells = layers.map((layer) => h('td', { class: 'state', 'data-layer': layer }));
  return h('tr', {}, h('td', { class: 'path', title: shown }, shown), ...cells);
}

/**
 * @param {Element} row
 * @param {Page} page
 */
function change(row, { at }) {
  for (const cell of row.querySelectorAll('[data-layer]')) {
    const object = at.get(cell.getAttribute('data-layer') ?? '');
    setAttribute(cell, 'data-state', object?.state ?? 'none');
    setText(
      cell,
      object === undefined ? 'not here' : `${object.state}, ${formatSeconds(object.ageSeconds)}`,
    );
  }
}

/**
 * @param {Element} view
 * @param {number} total
 * @param {Readonly<Record<string, number>>} objects
 * @param {readonly string[]} layers
 */
function showHits(view, total, objects, layers) {
  const each = layers.map((layer) => `${formatCount(objects[layer] ?? 0)} at ${layer}`).join(', ');
  const text =
    total === 0
      ? 'Nothing stored carries it.'
      : `A refresh hits ${counted(total, 'stored response')}: ${each}.`;
  setText(find(view, '#tag-hits', HTMLElement), text);
}

/**
 * @param {Element} view
 * @param {number} total
 * @param {number} paths
 */
function showEmpty(view, total, paths) {
  const empty = find(view, '.empty', HTMLElement);
  empty.hidden = paths > 0 && total <= MOST_OBJECTS;
  setText(
    empty,
    paths === 0
      ? 'No page with this tag is stored.'
      : `The first ${formatCount(MOST_OBJECTS)} stored responses of ${formatCount(total)}.`,
  );
}

/**
 * @param {Element} view
 * @param {() => Named} asked
 * @param {{ readonly find: (taskId: string) => import('./refreshes.js').Refresh | undefined }} refreshes
 * @param {readonly string[]} layers
 */
function createRefreshForm(view, asked, refreshes, layers) {
  const form = find(view, '#tag-refresh', HTMLFormElement);
  const force = find(form, '[name=force]', HTMLInputElement);
  const outcome = find(view, '#tag-outcome', HTMLElement);
  let taskId = '';
  const showMeaning = () =>
    setText(find(form, '#force-meaning', HTMLElement), force.checked ? WITH_FORCE : WITHOUT_FORCE);
  const tell = (/** @type {string} */ text, /** @type {boolean} */ isRefusal = false) => {
    setText(outcome, text);
    setAttribute(outcome, 'data-refused', isRefusal);
  };
  form.addEventListener('change', showMeaning);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const { domain, tag } = asked();
    try {
      const answer = await post('/api/refreshes', { domain, tags: [tag], force: force.checked });
      taskId = String(answer.taskId);
      tell(`Task ${taskId}: accepted.`);
    } catch (error) {
      taskId = '';
      tell(error instanceof Error ? error.message : String(error), true);
    }
  });
  showMeaning();
  return {
    reset: () => {
      taskId = '';
      tell('');
    },
    /** Tells how far the last refresh of this page is. */
    follow: () => {
      const refresh = refreshes.find(taskId);
      if (taskId === '' || refresh === undefined) return;
      const inForce = layers.filter((layer) => refresh.effects.has(layer));
      if (inForce.length === layers.length) tell(`Task ${taskId}: in force everywhere.`);
      else if (inForce.length > 0) tell(`Task ${taskId}: in force at ${inForce.join(', ')}.`);
    },
  };
}
