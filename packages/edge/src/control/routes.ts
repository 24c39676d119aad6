import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { EdgeEvent, EventLog, NumberedEvent } from '../events.ts';
import type { Edge } from '../start-edge.ts';
import { readParameters } from './parameters.ts';
import { readJson } from './read-body.ts';
import type { Streams } from './streams.ts';
import { lineOf, stateOf } from './views.ts';

/** An edge as it is to callers from outside: it checks what they say. */
interface CalledEdge extends Omit<Edge, 'refresh' | 'injectFault'> {
  refresh(order: unknown): Promise<string>;
  injectFault(fault: unknown): void;
}

export interface RouteContext {
  readonly edge: CalledEdge;
  readonly log: EventLog;
  readonly clock: { now(): number };
  readonly streams: Streams;
}

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly search: URLSearchParams;
}

/** Answers a request, or gives back what to answer as JSON. */
export type Route = (asked: Asked, context: RouteContext) => Promise<Answered> | Answered;

type Answered = { readonly status?: number; readonly json: unknown } | 'answered';

/** By path, then by method. */
export const routes: ReadonlyMap<string, Readonly<Record<string, Route>>> = new Map(
  Object.entries({
    '/api/state': { GET: getState },
    '/api/objects': { GET: getObjects },
    '/api/tags': { GET: getTags },
    '/api/events': { GET: getEvents },
    '/api/events/stream': { GET: streamEvents },
    '/api/refreshes': { POST: postRefresh },
    '/api/faults': { POST: postFault, DELETE: deleteFaults },
  }),
);

const EVENT_TYPES: readonly EdgeEvent['type'][] = [
  'refresh',
  'fault',
  'request',
  'fetch',
  'effect',
  'store',
];

function getState({ search }: Asked, { edge, log, clock }: RouteContext): Answered {
  readParameters(search, { once: [] });
  return { json: stateOf(edge, { clock, lastEvent: log.lastNumber() }) };
}

function getObjects({ search }: Asked, { edge }: RouteContext): Answered {
  const once = ['layer', 'domain', 'tag', 'text', 'offset', 'limit'];
  const { text, number } = readParameters(search, { once });
  const query = {
    layer: text('layer'),
    domain: text('domain'),
    tag: text('tag'),
    text: text('text'),
    offset: number('offset'),
    limit: number('limit'),
  };
  return { json: edge.objects(query) };
}

function getTags({ search }: Asked, { edge }: RouteContext): Answered {
  const once = ['domain', 'tag', 'text', 'offset', 'limit'];
  const { text, number } = readParameters(search, { once });
  const query = {
    domain: text('domain'),
    tag: text('tag'),
    text: text('text'),
    offset: number('offset'),
    limit: number('limit'),
  };
  return { json: edge.tags(query) };
}

/** The log as lines of JSON; with `limit`, its last ones. */
async function getEvents(
  { search, response }: Asked,
  { edge, log }: RouteContext,
): Promise<Answered> {
  const parameters = readParameters(search, { once: ['after', 'limit'], many: ['type'] });
  const types = parameters.choices('type', EVENT_TYPES);
  // What is due by now has happened.
  edge.layers();
  const wanted = log
    .since(parameters.number('after') ?? 0)
    .filter(({ event }) => types.length === 0 || types.includes(event.type));
  const limit = parameters.number('limit') ?? wanted.length;
  response.writeHead(200, { 'content-type': 'application/x-ndjson; charset=utf-8' });
  await pipeline(Readable.from(linesOf(wanted.slice(wanted.length - limit))), response);
  return 'answered';
}

const LINES_AT_ONCE = 500;

function* linesOf(events: readonly NumberedEvent[]): Generator<string> {
  for (let index = 0; index < events.length; index += LINES_AT_ONCE) {
    const some = events.slice(index, index + LINES_AT_ONCE);
    yield some.map((event) => `${lineOf(event)}\n`).join('');
  }
}

function streamEvents(
  { request, response, search }: Asked,
  { log, streams }: RouteContext,
): Answered {
  const parameters = readParameters(search, { once: ['after'] });
  // Sent by a browser that connects again: newer than what it first asked for.
  const seen = Number(request.headers['last-event-id'] || Number.NaN);
  const last = log.lastNumber();
  const after = (Number.isSafeInteger(seen) ? seen : parameters.number('after')) ?? last;
  // A number that is not reached yet is of another edge, that ran at this port before.
  streams.open(request, response, after > last ? 0 : after);
  return 'answered';
}

async function postRefresh({ request, search }: Asked, { edge }: RouteContext): Promise<Answered> {
  readParameters(search, { once: [] });
  return { json: { taskId: await edge.refresh(await readJson(request)) } };
}

async function postFault({ request, search }: Asked, { edge }: RouteContext): Promise<Answered> {
  readParameters(search, { once: [] });
  edge.injectFault(await readJson(request));
  return { status: 201, json: { pendingFaults: edge.pendingFaults() } };
}

function deleteFaults({ search }: Asked, { edge }: RouteContext): Answered {
  readParameters(search, { once: [] });
  edge.clearFaults();
  return { json: { pendingFaults: edge.pendingFaults() } };
}
