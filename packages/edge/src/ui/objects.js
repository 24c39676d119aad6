import { createReader, getObjects } from './api.js';
import { find, h, setAttribute, setText, show } from './dom.js';
import { fieldsOf, isFiltered } from './form.js';
import { formatBytes } from './format.js';
import { openView, showLayerHead } from './layer-table.js';
import { changePageRow, groupPages, pageRow } from './pages.js';
import { createPager } from './pager.js';
import { tagButtons } from './tag-button.js';

/**
 * @typedef {import('../control/views.ts').ControlState} ControlState
 * @typedef {import('../inspect.ts').ObjectPage} ObjectPage
 * @typedef {import('./pages.js').Page} Page
 */

const MOST_OBJECTS = 240;
const MAX_TAGS = 6;

/**
 * The table of what the caches hold, one row for each page.
 *
 * @param {ControlState} state
 * @returns {() => void} reads it anew
 */
export function createObjects({ layers, domains }) {
  const { view, form, body, empty, names } = openView('#view-objects', { layers, domains });
  showLayerHead(view, ['Path, size and tags'], { layers: names, kind: 'w-at' });

  const how = { layers: names, showsDomain: domains.length > 1 };
  const pager = createPager(form, () => read());
  const read = createReader({
    question: () => ({ ...fieldsOf(form), offset: pager.offset(), limit: MOST_OBJECTS }),
    load: getObjects,
    apply: ({ total, objects }, { offset }) => {
      const whole = wholePages(objects, offset + objects.length < total);
      const count = [...whole.values()].reduce((sum, { at }) => sum + at.size, 0);
      if (!pager.show({ total, offset, count })) return;
      show(body, [...whole], {
        keyOf: ([key]) => key,
        make: ([, page]) => makeRow(page, how),
        change: (row, [, page]) => change(row, page),
      });
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
 * The last page of a part of the list may lack some of its caches: it comes with the next part.
 *
 * @param {ObjectPage['objects']} objects
 * @param {boolean} isCut
 */
function wholePages(objects, isCut) {
  const pages = groupPages(objects);
  if (!isCut || pages.size < 2) return pages;
  return new Map([...pages].slice(0, -1));
}

/**
 * @param {Page} page
 * @param {Parameters<typeof pageRow>[1]} how
 */
function makeRow(page, how) {
  const row = pageRow(page, how);
  find(row, '.first', HTMLElement).append(h('span', { class: 'quiet size' }));
  row.firstElementChild?.append(h('div', { class: 'carried' }));
  return row;
}

/**
 * @param {Element} row
 * @param {Page} page
 */
function change(row, page) {
  changePageRow(row, page);
  const carried = find(row, '.carried', HTMLElement);
  const tags = page.tags.join();
  if (carried.dataset['tags'] !== tags) {
    setAttribute(carried, 'data-tags', tags);
    carried.replaceChildren(tagButtons(page.domain, page.tags, MAX_TAGS));
  }
  const [object] = page.at.values();
  setText(find(row, '.size', HTMLElement), formatBytes(object?.lengthBytes ?? 0));
}
