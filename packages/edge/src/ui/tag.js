import { createReader, getObjects, getTags, postRefresh } from './api.js';
import { find, legible, setAttribute, setText, show } from './dom.js';
import { counted, formatCount } from './format.js';
import { showLayerHead } from './layer-table.js';
import { changePageRow, groupPages, pageRow } from './pages.js';

/**
 * @typedef {import('../control/views.ts').ControlState} ControlState
 * @typedef {import('../control/views.ts').Moment} Moment
 * @typedef {{ readonly domain: string, readonly tag: string }} Named
 * @typedef {import('./pages.js').Page} Page
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
  const hits = find(view, '#tag-hits', HTMLElement);
  const form = createRefreshForm(view, () => named, refreshes, names);
  /** @type {Named} */
  let named = { domain: '', tag: '' };
  /** Pages that were seen with this tag: what is gone stays in sight. @type {ReadonlyMap<string, Page>} */
  let seen = new Map();

  showLayerHead(view, ['Path'], { layers: names, kind: 'w-at' });

  const read = createReader({
    question: () => named,
    load: (asked) =>
      Promise.all([getObjects({ ...asked, limit: MOST_OBJECTS }), getTags({ ...asked })]),
    apply: ([{ total, objects }, { tags }]) => {
      seen = new Map([...[...seen].map(noWhere), ...groupPages(objects)]);
      showHits(hits, total, tags[0]?.objects ?? {}, names);
      show(body, [...seen], {
        keyOf: ([key]) => key,
        make: ([, page]) => pageRow(page, { layers: names, showsDomain: false }),
        change: (row, [, page]) => changePageRow(row, page),
      });
      showEmpty(view, total, seen.size);
    },
    refuse: ({ message }) => setText(hits, message),
  });
  return {
    /** @param {Named} asked */
    open: (asked) => {
      if (asked.domain !== named.domain || asked.tag !== named.tag) {
        named = asked;
        seen = new Map();
        body.replaceChildren();
        setText(hits, '');
        form.reset();
      }
      setText(find(view, '#tag-title', HTMLElement), legible(asked.tag));
      setText(find(view, '#tag-domain', HTMLElement), legible(asked.domain));
      read();
    },
    read,
    follow: form.follow,
  };
}

/**
 * @param {readonly [string, Page]} entry
 * @returns {[string, Page]}
 */
function noWhere([key, page]) {
  return [key, { ...page, at: new Map() }];
}

/**
 * @param {Element} element
 * @param {number} total
 * @param {Readonly<Record<string, number>>} objects
 * @param {readonly string[]} layers
 */
function showHits(element, total, objects, layers) {
  const each = layers.map((layer) => `${formatCount(objects[layer] ?? 0)} at ${layer}`).join(', ');
  const text =
    total === 0
      ? 'Nothing stored carries it.'
      : `A refresh hits ${counted(total, 'stored response')}: ${each}.`;
  setText(element, text);
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
  const submit = async () => {
    const { domain, tag } = asked();
    try {
      const answer = await postRefresh({ domain, tags: [tag], force: force.checked });
      taskId = answer.taskId;
      tell(`Task ${taskId}: accepted.`);
    } catch (error) {
      taskId = '';
      tell(error instanceof Error ? error.message : String(error), true);
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
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
