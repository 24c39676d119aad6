import { createReader, getTags } from './api.js';
import { h, legible, setText, show } from './dom.js';
import { fieldsOf, isFiltered } from './form.js';
import { formatCount } from './format.js';
import { openView, showLayerHead } from './layer-table.js';
import { createPager } from './pager.js';
import { tagButton } from './tag-button.js';

/**
 * @typedef {import('../control/views.ts').ControlState} ControlState
 * @typedef {import('../inspect.ts').TagState} TagState
 */

const PAGE = 100;

/**
 * The table of all tags, and how many responses carry each.
 *
 * @param {ControlState} state
 * @returns {() => void} reads it anew
 */
export function createTags({ layers, domains }) {
  const { view, form, body, empty, names } = openView('#view-tags', { layers, domains });
  const firsts = domains.length > 1 ? ['Tag', 'Domain'] : ['Tag'];
  showLayerHead(view, firsts, { layers: names, kind: 'number w-at' });

  const makeRow = (/** @type {TagState} */ { domain, tag }) =>
    h(
      'tr',
      {},
      h('td', {}, tagButton(domain, tag)),
      ...(domains.length > 1 ? [h('td', { class: 'path' }, legible(domain))] : []),
      ...names.map((name) => h('td', { class: 'number', 'data-layer': name })),
    );
  const pager = createPager(form, () => read());
  const read = createReader({
    question: () => ({ ...fieldsOf(form), offset: pager.offset(), limit: PAGE }),
    load: getTags,
    apply: ({ total, tags }, { offset }) => {
      if (!pager.show({ total, offset, count: tags.length })) return;
      show(body, tags, { keyOf: ({ domain, tag }) => `${domain} ${tag}`, make: makeRow, change });
      empty.hidden = total > 0;
      setText(
        empty,
        isFiltered(form)
          ? 'No tag fits.'
          : 'No stored response has a tag. Does the origin send Cache-Tag?',
      );
    },
  });
  return read;
}

/**
 * @param {Element} row
 * @param {TagState} tag
 */
function change(row, { objects }) {
  for (const cell of row.querySelectorAll('[data-layer]')) {
    const count = objects[cell.getAttribute('data-layer') ?? ''] ?? 0;
    setText(cell, count === 0 ? '–' : formatCount(count));
  }
}
