import { find, h, setAttribute, setText, show } from './dom.js';
import { counted, formatBytes, formatCount, formatMs, formatRatio } from './format.js';

/**
 * @typedef {import('../control/views.ts').ControlState} ControlState
 * @typedef {import('../control/views.ts').Moment} Moment
 * @typedef {import('../inspect.ts').LayerState} LayerState
 */

const MAX_BARS = 3;

/**
 * The way of a request, from the origins to the visitors, and the refreshes on their way to each cache.
 *
 * @param {ControlState} state
 * @returns {(moment: Moment) => void} shows it as it is now
 */
export function createNetwork({ domains }) {
  const way = find(document, '#way', HTMLElement);
  const second = h('ol', { class: 'group' });
  const points = h('ol', { class: 'group' });
  const origins = domains.map(({ domain, origin }) =>
    h('li', { class: 'node' }, h('strong', {}, domain), h('span', { class: 'quiet' }, origin)),
  );
  way.replaceChildren(
    h(
      'li',
      { class: 'stage origins' },
      label(domains.length === 1 ? 'Origin' : 'Origins'),
      h('ol', { class: 'group' }, ...origins),
    ),
    h('li', { class: 'stage second' }, label('Second layer'), second),
    h('li', { class: 'stage points' }, label('Points of presence'), points),
  );
  return ({ layers, nowMs }) => {
    showLayers(
      second,
      layers.filter(({ kind }) => kind === 'second-layer'),
      nowMs,
    );
    showLayers(
      points,
      layers.filter(({ kind }) => kind === 'point'),
      nowMs,
    );
    setAttribute(way, 'data-layers', second.childElementCount === 0 ? 'one' : 'two');
  };
}

/** @param {string} text */
function label(text) {
  return h('span', { class: 'label' }, text);
}

/**
 * @param {Element} group
 * @param {readonly LayerState[]} layers
 * @param {number} nowMs
 */
function showLayers(group, layers, nowMs) {
  show(group, layers, {
    keyOf: ({ name }) => name,
    make: makeLayer,
    change: (element, layer) => changeLayer(element, layer, nowMs),
  });
}

/** @param {LayerState} layer */
function makeLayer({ name, propagationDelayMs }) {
  const delay = `A refresh takes effect here ${formatMs(propagationDelayMs)} after it was accepted`;
  const figure = (/** @type {string} */ id, /** @type {string} */ text) =>
    h('div', {}, h('dt', {}, text), h('dd', { 'data-figure': id }));
  return h(
    'li',
    { class: 'node layer', 'data-layer': name },
    h(
      'p',
      { class: 'name' },
      h('strong', {}, name),
      h('span', { class: 'quiet', title: delay }, `+${formatMs(propagationDelayMs)}`),
    ),
    h(
      'dl',
      {},
      figure('objects', 'objects'),
      figure('bytes', 'size'),
      figure('ratio', 'hit ratio'),
    ),
    h('ol', { class: 'bars', 'aria-label': `Refreshes on their way to ${name}` }),
    h('p', { class: 'rest quiet' }),
  );
}

/**
 * @param {Element} element
 * @param {LayerState} layer
 * @param {number} nowMs
 */
function changeLayer(element, layer, nowMs) {
  const { objects, sizeBytes, maxBytes, hits, misses, pendingRefreshes } = layer;
  const figure = (/** @type {string} */ id) => find(element, `[data-figure=${id}]`, HTMLElement);
  setText(figure('objects'), formatCount(objects));
  setText(figure('bytes'), formatBytes(sizeBytes));
  setAttribute(figure('bytes'), 'title', `of at most ${formatBytes(maxBytes)}`);
  setText(figure('ratio'), formatRatio(hits, misses));
  setAttribute(
    figure('ratio'),
    'title',
    `${counted(hits, 'hit')}, ${counted(misses, 'miss', 'misses')}`,
  );
  const shown = pendingRefreshes.slice(0, MAX_BARS);
  show(find(element, '.bars', HTMLElement), shown, {
    keyOf: ({ taskId }) => taskId,
    make: makeBar,
    change: (bar, { dueAtMs }) => changeBar(bar, dueAtMs - nowMs, layer.propagationDelayMs),
  });
  const more = pendingRefreshes.length - shown.length;
  const rest =
    more > 0
      ? `and ${formatCount(more)} more`
      : pendingRefreshes.length === 0
        ? 'no refresh on its way'
        : '';
  setText(find(element, '.rest', HTMLElement), rest);
  setAttribute(element, 'data-busy', pendingRefreshes.length > 0);
}

/** @param {{ readonly taskId: string }} refresh */
function makeBar({ taskId }) {
  const name = `Refresh ${taskId}`;
  return h('li', {}, h('progress', { 'aria-label': name, title: name, max: 1 }), h('span', {}));
}

/**
 * @param {Element} bar
 * @param {number} leftMs
 * @param {number} delayMs
 */
function changeBar(bar, leftMs, delayMs) {
  const progress = find(bar, 'progress', HTMLProgressElement);
  // A fault may have it come later than usual: its way is as long as it was when it was first seen.
  const wholeMs = Math.max(delayMs, leftMs, progress.max > 1 ? progress.max : 0, 1);
  progress.max = wholeMs;
  progress.value = Math.max(0, wholeMs - leftMs);
  setText(find(bar, 'span', HTMLElement), formatMs(Math.max(0, leftMs)));
}
