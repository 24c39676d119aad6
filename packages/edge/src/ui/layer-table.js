import { find, h } from './dom.js';

const FIRST_PX = 230;
const NEXT_PX = 120;
const LAYER_PX = 100;

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
