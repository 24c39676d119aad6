import { getState, lastEvents } from './api.js';

/**
 * @typedef {import('../control/views.ts').ControlState} ControlState
 * @typedef {import('../control/views.ts').Moment} Moment
 * @typedef {import('../control/views.ts').LoggedEvent} LoggedEvent
 */

const HISTORY = 1000;
const MAX_WAITING = 5000;
const GATHER_MS = 60;

/**
 * Follows the edge: first what has happened, then what happens, gathered to a few calls a second.
 *
 * @param {{
 *   readonly onStart: (state: ControlState) => void,
 *   readonly onMoment: (moment: Moment) => void,
 *   readonly onEvents: (events: readonly LoggedEvent[]) => void,
 *   readonly onConnection: (state: 'live' | 'lost') => void,
 * }} told
 */
export async function follow({ onStart, onMoment, onEvents, onConnection }) {
  const state = await getState();
  const history = await lastEvents(HISTORY);
  onStart(state);
  onEvents(history);
  let lastNumber = Math.max(state.lastEvent, history.at(-1)?.number ?? 0);

  const gather = createGatherer(onEvents);
  const source = new EventSource(`/api/events/stream?after=${lastNumber}`);
  source.addEventListener('message', ({ data }) => {
    /** @type {LoggedEvent} */
    const event = JSON.parse(data);
    lastNumber = event.number;
    gather(event);
  });
  source.addEventListener('state', ({ data }) => onMoment(JSON.parse(data)));
  source.addEventListener('error', () => onConnection('lost'));
  source.addEventListener('open', () => void onOpen());

  const onOpen = async () => {
    onConnection('live');
    const { lastEvent } = await getState();
    // Another edge has started at the same port: nothing that is shown is its own.
    if (lastEvent < lastNumber) location.reload();
  };
}

/**
 * @param {(events: readonly LoggedEvent[]) => void} onEvents
 * @returns {(event: LoggedEvent) => void}
 */
function createGatherer(onEvents) {
  /** @type {LoggedEvent[]} */
  let waiting = [];
  const tell = () => {
    const events = waiting;
    waiting = [];
    onEvents(events);
  };
  return (event) => {
    if (waiting.length === 0) setTimeout(tell, GATHER_MS);
    waiting.push(event);
    // A page in the background is seldom given time.
    if (waiting.length > MAX_WAITING) waiting = waiting.slice(-MAX_WAITING / 2);
  };
}
