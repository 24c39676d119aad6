import { find, h, legible, setAttribute, setText } from './dom.js';
import { counted, formatSeconds } from './format.js';

/**
 * @typedef {import('../inspect.ts').StoredObject} StoredObject
 * @typedef {{
 *   readonly domain: string,
 *   readonly path: string,
 *   readonly variant: StoredObject['variant'],
 *   readonly tags: readonly string[],
 *   readonly at: ReadonlyMap<string, StoredObject>,
 * }} Page one URL, in one variant, with what each cache has of it
 */

/**
 * @param {readonly StoredObject[]} objects
 * @returns {ReadonlyMap<string, Page>} by key, in their order
 */
export function groupPages(objects) {
  /** @type {Map<string, Page>} */
  const pages = new Map();
  for (const object of objects) {
    const { domain, path, variant, layer } = object;
    const key = JSON.stringify([domain, path, variant]);
    const { tags = [], at = new Map() } = pages.get(key) ?? {};
    const all = [...new Set([...tags, ...object.tags])];
    pages.set(key, { domain, path, variant, tags: all, at: new Map([...at, [layer, object]]) });
  }
  return pages;
}

/**
 * The row of a page: its URL, and a cell for each cache.
 *
 * @param {Page} page
 * @param {{ readonly layers: readonly string[], readonly showsDomain: boolean }} how
 */
export function pageRow({ domain, path, variant }, { layers, showsDomain }) {
  const varies = Object.entries(variant ?? {}).map(([name, value]) => `${name}: ${value}`);
  const lines = [`${domain}${path}`, ...varies].map(legible);
  const before = showsDomain ? [h('span', { class: 'quiet' }, legible(domain))] : [];
  const after =
    varies.length === 0 ? [] : [h('span', { class: 'quiet' }, ` ${legible(varies.join(', '))}`)];
  const title = lines.join('\n');
  const text = [...before, legible(path), ...after];
  return h(
    'tr',
    { 'data-path': legible(path) },
    h('td', {}, h('div', { class: 'first' }, h('span', { class: 'path', title }, ...text))),
    ...layers.map((layer) =>
      h(
        'td',
        { class: 'at', 'data-layer': layer },
        h('div', { class: 'state' }),
        h('div', { class: 'quiet' }),
      ),
    ),
  );
}

/**
 * @param {Element} row
 * @param {Page} page
 */
export function changePageRow(row, { at }) {
  for (const cell of row.querySelectorAll('.at')) {
    const object = at.get(cell.getAttribute('data-layer') ?? '');
    const state = find(cell, '.state', HTMLElement);
    setAttribute(state, 'data-state', object?.state ?? 'none');
    setText(state, object === undefined ? 'not here' : stateText(object));
    setText(find(cell, '.quiet', HTMLElement), object === undefined ? '' : useText(object));
    setAttribute(cell, 'title', object === undefined ? undefined : lifeText(object));
  }
}

/** @param {StoredObject} object */
function stateText({ state, status }) {
  return status === 200 ? state : `${state} ${status}`;
}

/** @param {StoredObject} object */
function useText({ ageSeconds, hits }) {
  return `${formatSeconds(ageSeconds)}, ${counted(hits, 'hit')}`;
}

/** @param {StoredObject} object */
function lifeText({ ageSeconds, ttlSeconds }) {
  const left = ttlSeconds > 0 ? `fresh for ${formatSeconds(ttlSeconds)} more` : 'no longer fresh';
  return `${formatSeconds(ageSeconds)} old, ${left}`;
}
