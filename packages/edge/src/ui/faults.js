import { deleteFaults, postFault } from './api.js';
import { find, h, legible, setAttribute, setText, show } from './dom.js';
import { fieldsOf } from './form.js';
import { formatCount } from './format.js';

/**
 * @typedef {import('../control/views.ts').ControlState} ControlState
 * @typedef {import('../control/views.ts').Moment} Moment
 * @typedef {import('../faults/fault.ts').FaultKind} FaultKind
 * @typedef {import('../faults/fault-queue.ts').PendingFault} PendingFault
 * @typedef {import('../faults/parse-fault.ts').FaultField} FaultField
 * @typedef {import('../faults/parse-fault.ts').FaultForm} FaultForm
 */

/** @type {Readonly<Record<FaultKind, string>>} */
const MEANINGS = {
  throttled: 'A call is refused with Throttling.User: too many at a time.',
  refused: 'A call is refused with an error of the cloud’s.',
  xml: 'A call is refused with an error in XML.',
  'quota-exceeded': 'A refresh is refused: the day’s quota is used up.',
  'queue-full': 'A refresh is refused: too many wait already.',
  unavailable: 'A call is answered 503.',
  html: 'A call is answered with a page of HTML, as from a proxy.',
  truncated: 'The answer to a call ends in its middle.',
  cut: 'The connection of a call is cut before any answer.',
  silent: 'A call is never answered.',
  slow: 'A call is answered late.',
  'task-failed': 'A refresh is accepted, and its task fails: nothing is refreshed.',
  'task-unreported': 'A refresh is accepted and takes effect, but its task is never reported.',
  'slow-fill': 'The origin’s answer is stored and handed on late: a refresh may overtake it.',
  'origin-down': 'The origin does not answer.',
  lag: 'Refreshes reach one cache later than the others.',
};
/** What stands in a field at first, where nothing may stand in it. */
const EXAMPLES = /** @type {Readonly<Record<string, string>>} */ ({
  delayMs: '2000',
  code: 'QuotaExceeded.Refresh',
});

/**
 * The form by which a fault is asked for, and the list of those that are still to happen.
 *
 * @param {ControlState} state
 * @returns {(moment: Pick<Moment, 'pendingFaults'>) => void} shows what is pending
 */
export function createFaults({ faultKinds }) {
  const form = find(document, '#fault-form', HTMLFormElement);
  const kind = find(form, '#fault-kind', HTMLSelectElement);
  kind.append(...faultKinds.map((fault) => h('option', { value: fault.kind }, fault.kind)));
  const chosen = () => faultKinds.find((fault) => fault.kind === kind.value);
  const showFields = () => {
    const fault = chosen();
    if (fault === undefined) return;
    setText(find(form, '#fault-meaning', HTMLElement), MEANINGS[fault.kind]);
    find(form, '#fault-fields', HTMLElement).replaceChildren(...fault.fields.flatMap(makeField));
  };
  kind.addEventListener('change', showFields);
  showFields();
  const outcome = find(form, '#fault-outcome', HTMLElement);
  const attempt = async (/** @type {() => Promise<string>} */ act) => {
    try {
      setText(outcome, await act());
      setAttribute(outcome, 'data-refused', false);
    } catch (error) {
      setText(outcome, error instanceof Error ? error.message : String(error));
      setAttribute(outcome, 'data-refused', true);
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void attempt(async () => {
      const fault = readFault(form, chosen());
      showPending(await postFault(fault));
      return `${fault['kind']}: waits for its turn.`;
    });
  });
  find(document, '#clear-faults', HTMLButtonElement).addEventListener('click', () => {
    void attempt(async () => {
      showPending(await deleteFaults());
      return 'None is left.';
    });
  });
  return showPending;
}

/**
 * @param {FaultField} field
 * @returns {readonly HTMLElement[]}
 */
function makeField({ name, form, required, allowed, choices = [] }) {
  const id = `fault-${name}`;
  const label = h(
    'label',
    { for: id },
    name,
    ...(required ? [] : [h('span', { class: 'quiet' }, ' optional')]),
  );
  if (form === 'choice' || form === 'switch') {
    const options = form === 'switch' ? ['true', 'false'] : choices;
    const none = required ? [] : [h('option', { value: '' }, 'any')];
    const first = form === 'switch' ? [h('option', { value: '' }, 'default')] : none;
    const made = options.map((option) => h('option', { value: option }, option));
    return [label, h('select', { id, name }, ...first, ...made)];
  }
  const value = required ? EXAMPLES[name] : undefined;
  const type = form === 'number' ? 'number' : 'text';
  const placeholder = name === 'times' ? '1' : undefined;
  return [label, h('input', { id, name, type, required, value, placeholder, title: allowed })];
}

/**
 * What the form asks for, without what was left empty.
 *
 * @param {HTMLFormElement} form
 * @param {FaultForm | undefined} fault
 * @returns {Record<string, string | number | boolean>}
 */
function readFault(form, fault) {
  const given = fieldsOf(form);
  /** @type {Record<string, string | number | boolean>} */
  const values = { kind: fault?.kind ?? '' };
  for (const { name, form: kind } of fault?.fields ?? []) {
    const text = given[name] ?? '';
    if (text === '') continue;
    values[name] = kind === 'number' ? Number(text) : kind === 'switch' ? text === 'true' : text;
  }
  return values;
}

/** @param {Pick<Moment, 'pendingFaults'>} moment */
function showPending({ pendingFaults }) {
  const none = pendingFaults.length === 0;
  find(document, '#no-faults', HTMLElement).hidden = !none;
  find(document, '#clear-faults', HTMLElement).hidden = none;
  const count = find(document, '#faults-count', HTMLElement);
  count.hidden = none;
  setText(count, String(pendingFaults.length));
  show(find(document, '#pending-faults', HTMLElement), numbered(pendingFaults), {
    keyOf: ({ number, fault }) => `${number} ${JSON.stringify(fault)}`,
    make: ({ fault }) =>
      h(
        'li',
        {},
        h('strong', {}, fault.kind),
        h('span', { class: 'mono' }, optionsOf(fault)),
        h('span', { class: 'left quiet' }),
      ),
    change: (element, { left }) => setText(find(element, '.left', HTMLElement), leftText(left)),
  });
}

/** @param {readonly PendingFault[]} pending */
function numbered(pending) {
  return pending.map(({ fault, left }, number) => ({ number, fault, left }));
}

/** @param {PendingFault['fault']} fault */
function optionsOf(fault) {
  const given = Object.entries(fault).filter(([name]) => name !== 'kind' && name !== 'times');
  return legible(given.map(([name, value]) => `${name}=${value}`).join(' '));
}

/** JSON has no infinity. @param {number | null} left */
function leftText(left) {
  if (left === null) return 'always';
  return left === 1 ? 'once' : `${formatCount(left)} times`;
}
