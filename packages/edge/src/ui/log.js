import { find, h, legible, setAttribute, setText } from './dom.js';
import { counted, formatCount, formatMs, formatTime } from './format.js';

/** @typedef {import('../control/views.ts').LoggedEvent} LoggedEvent */

/** What can be shown or not, and what of it is shown at first. */
const KINDS = /** @type {const} */ ([
  ['HIT', true],
  ['MISS', true],
  ['PASS', true],
  ['REFUSED', true],
  ['fetches', false],
  ['refreshes', true],
  ['faults', true],
]);
const MAX_KEPT = 3000;
const MAX_SHOWN = 250;

/** @returns {{ readonly add: (events: readonly LoggedEvent[]) => void }} */
export function createLog() {
  const list = find(document, '#log', HTMLOListElement);
  const empty = find(document, '#log-empty', HTMLElement);
  const form = find(document, '#requests form', HTMLFormElement);
  const search = find(form, '[name=text]', HTMLInputElement);
  const pause = find(form, '[name=pause]', HTMLButtonElement);
  const kinds = createKinds(() => redraw());
  /** @type {LoggedEvent[]} */
  let kept = [];
  let missed = 0;
  let isPaused = false;

  const isWanted = (/** @type {LoggedEvent} */ event) =>
    kinds.has(kindOf(event)) && textOf(event).includes(search.value.toLowerCase());
  const draw = (/** @type {readonly LoggedEvent[]} */ events) => {
    const rows = events.filter(isWanted).slice(-MAX_SHOWN).toReversed().map(makeRow);
    list.prepend(...rows);
    while (list.childElementCount > MAX_SHOWN) list.lastElementChild?.remove();
    empty.hidden = list.childElementCount > 0;
    setText(empty, kept.length === 0 ? NOTHING : 'Nothing of what has happened fits the filter.');
  };
  const redraw = () => {
    list.replaceChildren();
    draw(kept);
  };
  const showPause = () => {
    const waiting = missed === 0 ? '' : ` (${formatCount(missed)} new)`;
    setText(pause, isPaused ? `Resume${waiting}` : 'Pause');
    setAttribute(pause, 'aria-pressed', String(isPaused));
  };
  pause.addEventListener('click', () => {
    isPaused = !isPaused;
    missed = 0;
    if (!isPaused) redraw();
    showPause();
  });
  search.addEventListener('input', redraw);
  form.addEventListener('submit', (event) => event.preventDefault());
  return {
    add: (events) => {
      remember(events);
      kept = [...kept, ...events].slice(-MAX_KEPT);
      if (isPaused) missed += events.filter(isWanted).length;
      else draw(events);
      showPause();
    },
  };
}

const NOTHING = 'Nobody has asked yet. Visit the address of the visitors.';

/**
 * @param {() => void} onChange
 * @returns {{ readonly has: (kind: string) => boolean }}
 */
function createKinds(onChange) {
  /** @type {Set<string>} */
  const on = new Set(KINDS.filter(([, isOn]) => isOn).map(([kind]) => kind));
  const buttons = KINDS.map(([kind, isOn]) => {
    const button = h(
      'button',
      { type: 'button', 'data-kind': kind, 'aria-pressed': String(isOn) },
      kind,
    );
    button.addEventListener('click', () => {
      if (!on.delete(kind)) on.add(kind);
      setAttribute(button, 'aria-pressed', String(on.has(kind)));
      onChange();
    });
    return button;
  });
  find(document, '#kinds', HTMLElement).replaceChildren(...buttons);
  return { has: (kind) => on.has(kind) };
}

/** @param {LoggedEvent} event */
function kindOf(event) {
  switch (event.type) {
    case 'request':
      return event.result;
    case 'fault':
      return 'faults';
    case 'refresh':
    case 'effect':
      return 'refreshes';
    default:
      return 'fetches';
  }
}

/** What a filter finds in it. @param {LoggedEvent} event */
function textOf(event) {
  const { what, where, end } = describe(event);
  return `${labelOf(event)} ${what} ${where} ${end}`.toLowerCase();
}

/** @param {LoggedEvent} event */
function labelOf(event) {
  return event.type === 'request'
    ? event.result
    : event.type === 'effect'
      ? 'in force'
      : event.type;
}

/** @param {LoggedEvent} event */
function makeRow(event) {
  const { what, where, end, why = '' } = describe(event);
  const kind = event.type === 'request' ? event.result : event.type;
  return h(
    'li',
    { 'data-kind': kind },
    h('time', {}, formatTime(event.at)),
    h('span', { class: 'result', 'data-kind': kind }, labelOf(event)),
    h('span', { class: 'what', title: [what, why].map(legible).join('\n') }, legible(what)),
    h('span', { class: 'where' }, legible(where)),
    h('span', { class: 'end' }, end),
  );
}

/** What was refreshed, by the id of its task. @type {Map<string, string>} */
const tagsOf = new Map();
const MAX_TASKS = 1000;

/** @param {readonly LoggedEvent[]} events */
function remember(events) {
  for (const event of events) {
    if (event.type !== 'refresh' || event.taskId === undefined) continue;
    tagsOf.set(event.taskId, (event.objects ?? event.tags).join(', '));
    const [oldest] = tagsOf.keys();
    if (tagsOf.size > MAX_TASKS && oldest !== undefined) tagsOf.delete(oldest);
  }
}

/**
 * @typedef {{ readonly what: string, readonly where: string, readonly end: string, readonly why?: string }} Description
 */

/**
 * @param {LoggedEvent} event
 * @returns {Description}
 */
function describe(event) {
  switch (event.type) {
    case 'request': {
      const { method, path, point, domain, status, durationMs, detail = '' } = event;
      const what = method === 'GET' ? path : `${method} ${path}`;
      return {
        what,
        where: point || domain,
        end: `${status} · ${formatMs(durationMs)}`,
        why: detail,
      };
    }
    case 'fetch': {
      const { path, layer, outcome, status, startedAt, at, tags } = event;
      const what = `${path} ${outcome}${status === undefined ? '' : ` ${status}`}`;
      return { what, where: layer, end: formatMs(at - startedAt), why: tags.join(', ') };
    }
    case 'refresh': {
      const { outcome, force, taskId, code, fault } = event;
      const named = (event.objects ?? event.tags).join(', ');
      const reason = [code, fault === undefined ? undefined : `fault ${fault}`].filter(Boolean);
      return {
        what: `${named}${force ? ' (force)' : ''}`,
        where: 'API',
        end: outcome,
        why: outcome === 'accepted' ? `task ${taskId} at ${event.domain}` : reason.join(', '),
      };
    }
    case 'effect': {
      const what = tagsOf.get(event.taskId) ?? `task ${event.taskId}`;
      return { what, where: event.layer, end: counted(event.objects, 'object') };
    }
    case 'store':
      return {
        what: `${event.outcome}${event.reason === undefined ? '' : `: ${event.reason}`}`,
        where: event.layer,
        end: counted(event.objects, 'object'),
      };
    default:
      return describeFault(event);
  }
}

/**
 * @param {Extract<LoggedEvent, { type: 'fault' }>} event
 * @returns {Description}
 */
function describeFault(event) {
  const delay = 'delayMs' in event ? formatMs(event.delayMs) : '';
  const applied = 'applied' in event ? (event.applied ? 'took effect' : 'no effect') : '';
  if ('path' in event)
    return { what: `${event.kind} ${event.path}`, where: event.domain, end: delay };
  if (event.kind === 'lag')
    return { what: `lag of task ${event.taskId}`, where: event.layer, end: delay };
  return { what: `${event.kind} ${event.action}`, where: 'API', end: delay || applied };
}
