import { find, h, legible, setAttribute, setText } from './dom.js';
import { createFaults } from './faults.js';
import { follow } from './live.js';
import { createLog } from './log.js';
import { createNetwork } from './network.js';
import { createObjects } from './objects.js';
import { createRefreshes } from './refreshes.js';
import { createTag } from './tag.js';
import { createTags } from './tags.js';

/**
 * @typedef {import('../control/views.ts').ControlState} ControlState
 * @typedef {import('../control/views.ts').LoggedEvent} LoggedEvent
 */

const VIEWS = ['objects', 'tags', 'tag', 'faults'];
// Ages grow although nothing happens.
const AGE_MS = 2000;
const RETRY_MS = 1000;

/** @param {ControlState} state */
function createPage(state) {
  showAddresses(state);
  const names = state.layers.map(({ name }) => name);
  const log = createLog();
  const refreshes = createRefreshes(names);
  const tag = createTag(state, refreshes);
  const showNetwork = createNetwork(state, (taskId) => refreshes.find(taskId)?.event.at);
  const showFaults = createFaults(state);
  const reads = { objects: createObjects(state), tags: createTags(state), tag: tag.read };

  const readView = () => {
    const view = viewOf(location.hash);
    if (view !== 'faults') reads[view]();
  };
  const open = () => {
    const view = viewOf(location.hash);
    showView(view);
    const named = view === 'tag' ? readTag(location.hash) : undefined;
    if (named === undefined) readView();
    else tag.open(named);
  };
  addEventListener('hashchange', () => {
    open();
    // The button that led here may be gone.
    if (viewOf(location.hash) === 'tag') find(document, '#tag-title', HTMLElement).focus();
  });
  setInterval(() => {
    if (!document.hidden) readView();
  }, AGE_MS);
  open();

  return {
    /** @param {Parameters<typeof showNetwork>[0]} moment */
    onMoment: (moment) => {
      showNetwork(moment);
      showFaults(moment);
      refreshes.update(moment);
    },
    /** @param {readonly LoggedEvent[]} events */
    onEvents: (events) => {
      log.add(events);
      refreshes.add(events);
      tag.follow();
      if (events.some(({ type }) => type !== 'refresh' && type !== 'fault')) readView();
    },
  };
}

/** @param {ControlState} state */
function showAddresses({ urls }) {
  const link = h('a', { href: urls.visitors, target: '_blank', rel: 'noreferrer' }, urls.visitors);
  const api = h('span', { class: 'mono' }, urls.api);
  find(document, '#addresses', HTMLElement).replaceChildren(
    makeAddress('visitors', link),
    makeAddress('API', api),
  );
}

/**
 * @param {string} name
 * @param {Node} value
 */
function makeAddress(name, value) {
  return h('div', {}, h('dt', {}, name), h('dd', {}, value));
}

/**
 * @param {string} hash
 * @returns {'objects' | 'tags' | 'tag' | 'faults'}
 */
function viewOf(hash) {
  const name = hash.slice(1).split('/', 1)[0];
  return name === 'tags' || name === 'tag' || name === 'faults' ? name : 'objects';
}

/** @param {string} hash */
function readTag(hash) {
  const [, domain = '', tag = ''] = hash.split('/');
  return { domain: decode(domain), tag: decode(tag) };
}

/** What cannot be decoded was not made by this page. @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** @param {string} view */
function showView(view) {
  for (const name of VIEWS) find(document, `#view-${name}`, HTMLElement).hidden = name !== view;
  const current = view === 'tag' ? '#tags' : `#${view}`;
  for (const link of document.querySelectorAll('#browser nav a')) {
    const isCurrent = link.getAttribute('href') === current;
    setAttribute(link, 'aria-current', isCurrent ? 'page' : undefined);
  }
}

/** @param {'connecting' | 'live' | 'lost'} state */
function showConnection(state) {
  const element = find(document, '#connection', HTMLElement);
  setText(element, state === 'lost' ? 'no connection' : state);
  setAttribute(element, 'data-state', state);
}

/** @type {ReturnType<typeof createPage> | undefined} */
let page;

async function start() {
  try {
    await follow({
      onStart: (state) => {
        document.title = `freshtag edge: ${legible(state.domains[0]?.domain ?? '')}`;
        page = createPage(state);
        page.onMoment(state);
      },
      onMoment: (moment) => page?.onMoment(moment),
      onEvents: (events) => page?.onEvents(events),
      onConnection: showConnection,
    });
  } catch (error) {
    showConnection('lost');
    // What is wrong with the page itself must be seen.
    if (page !== undefined) throw error;
    setTimeout(() => void start(), RETRY_MS);
  }
}

void start();
