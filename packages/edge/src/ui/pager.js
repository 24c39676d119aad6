import { find, setText } from './dom.js';
import { formatCount } from './format.js';

/**
 * The part of a list that is shown. Another filter begins at the first page.
 *
 * @param {HTMLFormElement} form
 * @param {number} size
 * @param {() => void} onChange
 */
export function createPager(form, size, onChange) {
  const output = find(form, 'output', HTMLOutputElement);
  const previous = find(form, '[name=previous]', HTMLButtonElement);
  const next = find(form, '[name=next]', HTMLButtonElement);
  let offset = 0;
  const go = (/** @type {number} */ to) => {
    offset = Math.max(0, to);
    onChange();
  };
  previous.addEventListener('click', () => go(offset - size));
  next.addEventListener('click', () => go(offset + size));
  form.addEventListener('input', () => go(0));
  form.addEventListener('submit', (event) => event.preventDefault());
  return {
    offset: () => offset,
    /**
     * @param {number} total
     * @param {number} from
     * @param {number} count
     * @returns {boolean} true if there is nothing left on this page: another one is asked for
     */
    show: (total, from, count) => {
      previous.disabled = from === 0;
      next.disabled = from + count >= total;
      const range =
        total <= size ? '' : `${formatCount(from + 1)}–${formatCount(from + count)} of `;
      setText(output, `${range}${formatCount(total)}`);
      if (count > 0 || from === 0) return false;
      go(0);
      return true;
    },
  };
}
