import { find, h } from './dom.js';
import { addChoices } from './form.js';

/** @typedef {import('../control/views.ts').ControlState} ControlState */

const FIRST_PX = 230;
const NEXT_PX = 120;
const LAYER_PX = 100;

/**
 * The parts of a view with a form and a table, and the names of the caches. The form gets the domains
 * to choose from.
 *
 * @param {string} selector
 * @param {Pick<ControlState, 'layers' | 'domains'>} state
 */
export function openView(selector, { layers, domains }) {
  const view = find(document, selector, HTMLElement);
  const form = find(view, 'form', HTMLFormElement);
  addChoices(
    find(form, '[name=domain]', HTMLSelectElement),
    domains.map(({ domain }) => domain),
  );
  return {
    view,
    form,
    body: find(view, 'tbody', HTMLElement),
    empty: find(view, '.empty', HTMLElement),
    names: layers.map(({ name }) => name),
  };
}

/**
 * The head of a table with a column for each cache. Where there are many, the table is wider than its
 * place, and scrolls.
 *
 * @param {Element} parent
 * @param {readonly string[]} first the columns before those of the caches
 * @param {{ readonly layers: readonly string[], readonly kind: string }} caches
 */
export function showLayerHead(parent, first, { layers, kind }) {
  const heads = [
    ...first.map((text) => h('th', { scope: 'col' }, text)),
    ...layers.map((name) => h('th', { scope: 'col', class: kind }, name)),
  ];
  find(parent, 'thead', HTMLElement).replaceChildren(h('tr', {}, ...heads));
  const leastPx = FIRST_PX + NEXT_PX * (first.length - 1) + LAYER_PX * layers.length;
  find(parent, 'table', HTMLElement).style.minInlineSize = `${leastPx}px`;
}
