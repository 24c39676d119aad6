import type { IncomingMessage, ServerResponse } from 'node:http';

import type { EventLog } from '../events.ts';
import type { Edge } from '../start-edge.ts';
import { Problem } from './problem.ts';
import { lineOf, momentOf } from './views.ts';

export interface StreamsOptions {
  readonly edge: Edge;
  readonly log: EventLog;
  readonly clock: { now(): number };
}

/** Those who listen to what happens. */
export interface Streams {
  /**
   * Sends events as server-sent events until the listener leaves.
   *
   * @param after the number of the last event that it knows
   * @throws Problem when too many listen
   */
  open(request: IncomingMessage, response: ServerResponse, after: number): void;
  close(): void;
}

/** One who listens. It is sent no more than it reads; what waits stays in the log, which is bounded. */
interface Listener {
  /** Number of the last event that was sent. */
  sent: number;
  isFull: boolean;
  readonly write: (text: string) => void;
}

const MAX_STREAMS = 16;
const FLUSH_MS = 50;
const TICK_MS = 250;
const HEARTBEAT_MS = 15_000;
const MAX_EVENTS_AT_ONCE = 2000;
// To count hundreds of thousands of entries must not keep the edge from its visitors.
const MOST_OF_TIME = 20;

export function createStreams({ edge, log, clock }: StreamsOptions): Streams {
  const listeners = new Set<Listener>();
  const pulse = createPulse({ edge, log, clock, listeners });

  return {
    open: (request, response, after) => {
      if (listeners.size >= MAX_STREAMS)
        throw new Problem(
          503,
          'TOO_MANY_STREAMS',
          `${MAX_STREAMS} listen already. Close a page that shows this edge, and try again.`,
        );
      const listener: Listener = {
        sent: after,
        isFull: false,
        write: (text) => {
          listener.isFull = !response.write(text);
        },
      };
      response.writeHead(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
      response.on('drain', () => {
        listener.isFull = false;
        pulse.flushSoon();
      });
      request.socket.setTimeout(0);
      listeners.add(listener);
      listener.write('retry: 1000\n\n');
      pulse.start(listener);
      response.on('close', () => {
        listeners.delete(listener);
        if (listeners.size === 0) pulse.stop();
      });
    },
    close: () => {
      listeners.clear();
      pulse.stop();
    },
  };
}

interface Pulse {
  start(listener: Listener): void;
  flushSoon(): void;
  stop(): void;
}

/** As long as somebody listens: refreshes take effect when they are due, and what changed is told. */
function createPulse({
  edge,
  log,
  clock,
  listeners,
}: StreamsOptions & { readonly listeners: ReadonlySet<Listener> }): Pulse {
  let [ticking, flushing]: (NodeJS.Timeout | undefined)[] = [];
  let endListening: (() => void) | undefined;
  let [lastState, lastWriteMs, nextLookMs] = ['', 0, 0];

  const flush = (): void => {
    flushing = undefined;
    for (const listener of listeners) if (sendEvents(listener, log)) flushSoon();
  };
  const flushSoon = (): void => void (flushing ??= setTimeout(flush, FLUSH_MS));
  const tell = (text: string): void => {
    lastWriteMs = performance.now();
    for (const listener of listeners) if (!listener.isFull) listener.write(text);
  };
  const tick = (): void => {
    const startedMs = performance.now();
    if (startedMs < nextLookMs) return;
    const { nowMs, ...rest } = momentOf(edge, clock);
    const isMoving = rest.layers.some(({ pendingRefreshes }) => pendingRefreshes.length > 0);
    const state = JSON.stringify(rest);
    const takenMs = performance.now() - startedMs;
    nextLookMs = startedMs + takenMs * MOST_OF_TIME;
    if (isMoving || state !== lastState) tell(stateMessage({ nowMs, ...rest }));
    else if (startedMs - lastWriteMs > HEARTBEAT_MS) tell(': still here\n\n');
    lastState = state;
  };
  return {
    start: (listener) => {
      listener.write(stateMessage(momentOf(edge, clock)));
      endListening ??= log.subscribe(flushSoon);
      ticking ??= setInterval(tick, TICK_MS);
      flushSoon();
    },
    flushSoon,
    stop: () => {
      clearInterval(ticking);
      clearTimeout(flushing);
      endListening?.();
      [ticking, flushing, endListening] = [undefined, undefined, undefined];
    },
  };
}

function stateMessage(moment: unknown): string {
  return `event: state\ndata: ${JSON.stringify(moment)}\n\n`;
}

/** @returns whether there is more to send */
function sendEvents(listener: Listener, log: EventLog): boolean {
  if (listener.isFull) return false;
  const waiting = log.since(listener.sent);
  const next = waiting.slice(0, MAX_EVENTS_AT_ONCE);
  const last = next.at(-1);
  if (last === undefined) return false;
  listener.sent = last.number;
  listener.write(next.map((event) => `id: ${event.number}\ndata: ${lineOf(event)}\n\n`).join(''));
  return waiting.length > next.length;
}
