import { createReader, get } from './api.js';
import { find, h, legible, setAttribute, setText, show } from './dom.js';
import { formatBytes, formatCount, formatSeconds } from './format.js';
import { createPager } from './pager.js';
import { tagButtons } from './tag-button.js';

/**
 * @typedef {import('../control/views.ts').ControlState} ControlState
 * @typedef {import('../inspect.ts').StoredObject} StoredObject
 * @typedef {import('../inspect.ts').ObjectPage} ObjectPage
 */

const PAGE = 100;
const MAX_TAGS = 3;

/**
 * The table of what the caches hold.
 *
 * @param {ControlState} state
 * @returns {() => void} reads it anew
 */
export function createObjects({ layers, domains }) {
  const view = find(document, '#view-objects', HTMLElement);
  const form = find(view, 'form', HTMLFormElement);
  const body = find(view, 'tbody', HTMLElement);
  const empty = find(view, '.empty', HTMLElement);
  addChoices(
    find(form, '[name=layer]', HTMLSelectElement),
    layers.map(({ name }) => name),
  );
  addChoices(
    find(form, '[name=domain]', HTMLSelectElement),
    domains.map(({ domain }) => domain),
  );

  const pager = createPager(form, PAGE, () => read());
  const read = createReader({
    question: () => ({ ...fieldsOf(form), offset: pager.offset(), limit: PAGE }),
    load: (question) => /** @type {Promise<ObjectPage>} */ (get('/api/objects', question)),
    apply: ({ total, objects }, { offset }) => {
      if (pager.show(total, offset, objects.length)) return;
      show(body, objects, { keyOf, make: makeRow, change: changeRow });
      markRepeated(body);
      empty.hidden = total > 0;
      setText(
        empty,
        isFiltered(form)
          ? 'Nothing stored fits.'
          : 'Nothing is stored. What visitors ask for comes here.',
      );
    },
  });
  return read;
}

/**
 * What is chosen and typed in a form, by name.
 *
 * @param {HTMLFormElement} form
 * @returns {Record<string, string>}
 */
export function fieldsOf(form) {
  return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
}

/** @param {HTMLFormElement} form */
export function isFiltered(form) {
  return Object.values(fieldsOf(form)).some((value) => value !== '');
}

/**
 * A select with one choice is not needed.
 *
 * @param {HTMLSelectElement} select
 * @param {readonly string[]} names
 */
export function addChoices(select, names) {
  select.append(...names.map((name) => h('option', { value: name }, name)));
  select.hidden = names.length < 2;
}

/** @param {StoredObject} object */
function keyOf({ layer, domain, path, variant, tags }) {
  return JSON.stringify([layer, domain, path, variant, tags]);
}

/** @param {StoredObject} object */
function makeRow({ layer, domain, path, tags, variant }) {
  const shown = legible(path);
  const varies = Object.entries(variant ?? {}).map(([name, value]) => `${name}: ${value}`);
  const title = [`${legible(domain)}${shown}`, ...varies.map(legible)].join('\n');
  const mark = variant === undefined ? [] : [h('span', { class: 'quiet' }, ' varies')];
  return h(
    'tr',
    { 'data-path': shown },
    h('td', { class: 'path', title }, shown, ...mark),
    h('td', {}, layer),
    h('td', {}, tagButtons(domain, tags, MAX_TAGS)),
    h('td', { class: 'state' }),
    ...['age', 'ttl', 'size', 'hits'].map((name) => h('td', { class: `number ${name}` })),
  );
}

/**
 * @param {Element} row
 * @param {StoredObject} object
 */
function changeRow(row, { state, status, ageSeconds, ttlSeconds, lengthBytes, hits }) {
  const cell = (/** @type {string} */ name) => find(row, `.${name}`, HTMLElement);
  setText(cell('state'), status === 200 ? state : `${state} ${status}`);
  setAttribute(cell('state'), 'data-state', state);
  setText(cell('age'), formatSeconds(ageSeconds));
  setText(cell('ttl'), ttlSeconds > 0 ? formatSeconds(ttlSeconds) : '–');
  setText(cell('size'), formatBytes(lengthBytes));
  setText(cell('hits'), formatCount(hits));
}

/** The same path at the next cache need not be read again. @param {Element} body */
function markRepeated(body) {
  let previous = '';
  for (const row of body.children) {
    const path = row.getAttribute('data-path') ?? '';
    row.classList.toggle('repeated', path === previous);
    previous = path;
  }
}
