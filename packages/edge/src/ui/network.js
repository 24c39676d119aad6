import { find, h, setAttribute, setText, show } from './dom.js';
import { counted, formatBytes, formatCount, formatMs, formatRatio } from './format.js';

/**
 * @typedef {{ readonly nowMs: number, readonly acceptedAt: (taskId: string) => number | undefined }} When
 * @typedef {import('../control/views.ts').ControlState} ControlState
 * @typedef {import('../control/views.ts').Moment} Moment
 * @typedef {import('../inspect.ts').LayerState} LayerState
 */

const MAX_BARS = 3;

/**
 * The way of a request, from the origins to the visitors, and the refreshes on their way to each cache.
 *
 * @param {ControlState} state
 * @param {(taskId: string) => number | undefined} acceptedAt when a refresh was, by the edge's clock
 * @returns {(moment: Moment) => void} shows it as it is now
 */
export function createNetwork({ domains }, acceptedAt) {
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
    const when = { nowMs, acceptedAt };
    const ofKind = (/** @type {LayerState['kind']} */ kind) =>
      layers.filter((layer) => layer.kind === kind);
    showLayers(second, ofKind('second-layer'), when);
    showLayers(points, ofKind('point'), when);
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
 * @param {When} when
 */
function showLayers(group, layers, when) {
  show(group, layers, {
    keyOf: ({ name }) => name,
    make: makeLayer,
    change: (element, layer) => changeLayer(element, layer, when),
  });
}

/**
 * @param {string} id
 * @param {string} text
 */
function makeFigure(id, text) {
  return h('div', {}, h('dt', {}, text), h('dd', { 'data-figure': id }));
}

/** @param {LayerState} layer */
function makeLayer({ name, propagationDelayMs }) {
  const delay = `A refresh takes effect here ${formatMs(propagationDelayMs)} after it was accepted`;
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
      makeFigure('objects', 'objects'),
      makeFigure('bytes', 'size'),
      makeFigure('ratio', 'hit ratio'),
    ),
    h('ol', { class: 'bars', 'aria-label': `Refreshes on their way to ${name}` }),
    h('p', { class: 'rest quiet' }),
  );
}

/**
 * @param {Element} element
 * @param {LayerState} layer
 * @param {When} when
 */
function changeLayer(element, layer, { nowMs, acceptedAt }) {
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
    change: (bar, { taskId, dueAtMs }) => {
      const fromMs = acceptedAt(taskId) ?? dueAtMs - layer.propagationDelayMs;
      changeBar(bar, { leftMs: dueAtMs - nowMs, wholeMs: dueAtMs - fromMs });
    },
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
 * @param {{ readonly leftMs: number, readonly wholeMs: number }} way
 */
function changeBar(bar, { leftMs, wholeMs }) {
  const progress = find(bar, 'progress', HTMLProgressElement);
  progress.max = Math.max(1, wholeMs);
  progress.value = Math.max(0, wholeMs - leftMs);
  setText(find(bar, 'span', HTMLElement), formatMs(Math.max(0, leftMs)));
}
