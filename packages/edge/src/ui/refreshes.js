import { find, h, legible, say, setAttribute, setText, show } from './dom.js';
import { counted, formatMs, formatTime } from './format.js';
import { showLayerHead } from './layer-table.js';
import { tagButtons } from './tag-button.js';

/**
 * @typedef {import('../control/views.ts').LoggedEvent} LoggedEvent
 * @typedef {import('../control/views.ts').Moment} Moment
 * @typedef {Extract<LoggedEvent, { type: 'refresh' }>} RefreshEvent
 * @typedef {Extract<LoggedEvent, { type: 'effect' }>} EffectEvent
 * @typedef {{ readonly event: RefreshEvent, readonly effects: ReadonlyMap<string, EffectEvent> }} Refresh
 */

const MAX_KEPT = 100;
const MAX_TAGS = 3;

/**
 * What was asked to be refreshed, and where it is in force.
 *
 * @param {readonly string[]} layers
 */
export function createRefreshes(layers) {
  const panel = find(document, '#refreshes', HTMLElement);
  const body = find(panel, 'tbody', HTMLElement);
  const empty = find(panel, '.empty', HTMLElement);
  showLayerHead(panel, ['Tags'], { layers, kind: 'w-at' });
  /** @type {readonly Refresh[]} */
  let kept = [];
  /** @type {Moment | undefined} */
  let now;

  const draw = () => {
    empty.hidden = kept.length > 0;
    show(body, kept, {
      keyOf: ({ event }) => String(event.number),
      make: ({ event }) => makeRow(event, layers),
      change: (element, refresh) => changeRow(element, refresh, now),
    });
  };
  return {
    /** @param {readonly LoggedEvent[]} events */
    add: (events) => {
      const before = kept;
      for (const event of events) kept = follow(kept, event, layers.length);
      if (kept !== before) draw();
    },
    /** @param {Moment} moment */
    update: (moment) => {
      now = moment;
      draw();
    },
    /**
     * @param {string} taskId
     * @returns {Refresh | undefined}
     */
    find: (taskId) => kept.find(({ event }) => event.taskId === taskId),
  };
}

/**
 * @param {readonly Refresh[]} refreshes
 * @param {LoggedEvent} event
 * @param {number} layers how many
 * @returns {readonly Refresh[]}
 */
function follow(refreshes, event, layers) {
  if (event.type === 'refresh')
    return [{ event, effects: new Map() }, ...refreshes].slice(0, MAX_KEPT);
  if (event.type !== 'effect') return refreshes;
  return refreshes.map((refresh) => {
    if (refresh.event.taskId !== event.taskId) return refresh;
    const effects = new Map([...refresh.effects, [event.layer, event]]);
    if (effects.size === layers) say(`Refresh ${event.taskId} is in force everywhere.`);
    return { ...refresh, effects };
  });
}

/**
 * @param {RefreshEvent} event
 * @param {readonly string[]} layers
 */
function makeRow(event, layers) {
  const { at, domain, tags, objects, objectType, force, outcome, code, fault, taskId } = event;
  const what =
    objects === undefined
      ? tagButtons(domain, tags, MAX_TAGS)
      : h('div', { class: 'path' }, `${objectType} ${objects.map(legible).join(', ')}`);
  const facts = [formatTime(at).slice(0, 8), force ? 'force' : 'no force', legible(domain)];
  const title = [domain, taskId === undefined ? '' : `task ${taskId}`].map(legible).join('\n');
  const cells =
    outcome === 'accepted'
      ? layers.map((layer) => h('td', { 'data-layer': layer }))
      : [h('td', { colspan: layers.length }, refusal(code, fault))];
  return h(
    'tr',
    { 'data-outcome': outcome },
    h('td', { title }, what, h('div', { class: 'quiet clip' }, facts.join(' · '))),
    ...cells,
  );
}

/**
 * @param {string | undefined} code
 * @param {string | undefined} fault
 */
function refusal(code = 'no effect', fault) {
  const cause = fault === undefined ? '' : ` (fault ${fault})`;
  return h('span', { class: 'refused' }, `refused: ${legible(code)}${cause}`);
}

/**
 * @param {Element} row
 * @param {Refresh} refresh
 * @param {Moment | undefined} now
 */
function changeRow(row, { event, effects }, now) {
  for (const cell of row.querySelectorAll('td[data-layer]')) {
    const layer = cell.getAttribute('data-layer') ?? '';
    const effect = effects.get(layer);
    const dueAtMs = now?.layers
      .find(({ name }) => name === layer)
      ?.pendingRefreshes.find(({ taskId }) => taskId === event.taskId)?.dueAtMs;
    const state = effect !== undefined ? 'in-force' : dueAtMs === undefined ? 'none' : 'pending';
    setAttribute(cell, 'data-state', state);
    if (effect !== undefined) {
      setText(cell, `✓ ${counted(effect.objects, 'object')}`);
      setAttribute(
        cell,
        'title',
        `in force ${formatMs(effect.at - event.at)} after it was accepted`,
      );
    } else if (dueAtMs !== undefined && now !== undefined) {
      setText(cell, `in ${formatMs(Math.max(0, dueAtMs - now.nowMs))}`);
    } else {
      setText(cell, event.fault === 'task-failed' ? 'never: the task failed' : '…');
    }
  }
}
