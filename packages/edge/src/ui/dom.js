/**
 * @typedef {string | number | boolean | undefined | ((event: Event) => void)} Attribute
 */

/**
 * Makes an element. What comes from outside gets in as text or as the value of an attribute alone.
 *
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Readonly<Record<string, Attribute>>} [attributes] a function listens to the event of that name
 * @param {...(Node | string | number)} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(attribute, value);
    else setAttribute(element, attribute, value);
  }
  element.append(...children.map((child) => (child instanceof Node ? child : String(child))));
  return element;
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {string | number | boolean | undefined} value nothing and `false` remove it
 */
export function setAttribute(element, name, value) {
  const text = value === undefined || value === false ? null : value === true ? '' : String(value);
  if (text === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

/**
 * Leaves an element alone that has the text already: the browser need not draw it, nor lose a selection.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * The element of a page that must have it.
 *
 * @template {HTMLElement} Kind
 * @param {ParentNode} parent
 * @param {string} selector
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function find(parent, selector, kind) {
  const element = parent.querySelector(selector);
  if (element instanceof kind) return element;
  throw new TypeError(`The page has no ${selector}.`);
}

/**
 * Has a parent show these items in their order. An element that shows an item already is kept, with the
 * focus and the selection in it.
 *
 * @template Item
 * @param {Element} parent
 * @param {readonly Item[]} items
 * @param {{
 *   readonly keyOf: (item: Item) => string,
 *   readonly make: (item: Item) => Element,
 *   readonly change?: (element: Element, item: Item) => void,
 * }} how
 */
export function show(parent, items, { keyOf, make, change }) {
  const shown = shownBy.get(parent) ?? new Map();
  const next = new Map();
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    const element = shown.get(key) ?? make(item);
    change?.(element, item);
    next.set(key, element);
    if (place !== null && element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  for (const [key, element] of shown) if (!next.has(key)) element.remove();
  shownBy.set(parent, next);
}

/** @type {WeakMap<Element, Map<string, Element>>} */
const shownBy = new WeakMap();

/**
 * Text from outside as it can be read: characters that are not seen, or that turn the order of what is
 * around them, as their numbers.
 *
 * @param {string} text
 */
export function legible(text) {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/**
 * Tells somebody who cannot see it. Only what was said last is kept.
 *
 * @param {string} text
 */
export function say(text) {
  setText(find(document, '#said', HTMLElement), text);
}
