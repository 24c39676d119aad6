import { h } from './dom.js';

/**
 * What is chosen and typed in a form, by name.
 *
 * @param {HTMLFormElement} form
 * @returns {Record<string, string>}
 */
export function fieldsOf(form) {
  /** @type {Record<string, string>} */
  const fields = {};
  for (const [name, value] of new FormData(form))
    if (typeof value === 'string') fields[name] = value;
  return fields;
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
