import { h, legible } from './dom.js';

/**
 * Where the page shows one tag.
 *
 * @param {string} domain
 * @param {string} tag
 */
function addressOfTag(domain, tag) {
  return `#tag/${encodeURIComponent(domain)}/${encodeURIComponent(tag)}`;
}

/**
 * @param {string} domain
 * @param {string} tag
 */
export function tagButton(domain, tag) {
  const text = legible(tag);
  const open = () => void (location.hash = addressOfTag(domain, tag));
  return h('button', { type: 'button', class: 'tag', title: text, click: open }, text);
}

/**
 * Some of the tags, and a button for the rest.
 *
 * @param {string} domain
 * @param {readonly string[]} tags
 * @param {number} most
 */
export function tagButtons(domain, tags, most) {
  const buttons = tags.slice(0, most).map((tag) => tagButton(domain, tag));
  const rest = tags.slice(most);
  const list = h('span', { class: 'tags' }, ...buttons);
  if (rest.length === 0) return list;
  const more = h(
    'button',
    { type: 'button', class: 'more', title: rest.map(legible).join(', ') },
    `+${rest.length}`,
  );
  more.setAttribute('aria-label', `${rest.length} more tags`);
  more.addEventListener('click', () => {
    const hidden = rest.map((tag) => tagButton(domain, tag));
    more.replaceWith(...hidden);
    list.classList.add('all');
    hidden[0]?.focus();
  });
  list.append(more);
  return list;
}
