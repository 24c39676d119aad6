import { find, setText } from './dom.js';
import { formatCount } from './format.js';

/**
 * The part of a list that is shown. Parts need not have the same length; another filter begins anew.
 *
 * @param {HTMLFormElement} form
 * @param {() => void} onChange
 */
export function createPager(form, onChange) {
  const output = find(form, 'output', HTMLOutputElement);
  const previous = find(form, '[name=previous]', HTMLButtonElement);
  const next = find(form, '[name=next]', HTMLButtonElement);
  /** Where the parts began that were shown before. @type {readonly number[]} */
  let before = [];
  let offset = 0;
  let nextOffset = 0;
  const restart = () => {
    before = [];
    offset = 0;
    onChange();
  };
  previous.addEventListener('click', () => {
    offset = before.at(-1) ?? 0;
    before = before.slice(0, -1);
    onChange();
  });
  next.addEventListener('click', () => {
    before = [...before, offset];
    offset = nextOffset;
    onChange();
  });
  form.addEventListener('input', restart);
  form.addEventListener('submit', (event) => event.preventDefault());
  return {
    offset: () => offset,
    /**
     * @param {{ readonly total: number, readonly offset: number, readonly count: number }} part
     * @returns {boolean} false if nothing is left at this place: the list is asked for from its beginning
     */
    show: ({ total, offset: from, count }) => {
      nextOffset = from + count;
      previous.disabled = from === 0;
      next.disabled = nextOffset >= total;
      const range =
        count === total ? '' : `${formatCount(from + 1)}–${formatCount(nextOffset)} of `;
      setText(output, total === 0 ? 'none' : `${range}${formatCount(total)}`);
      if (count > 0 || from === 0) return true;
      restart();
      return false;
    },
  };
}
