import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

import { NO_BODY, sliceBody, type Body } from '../cache/body.ts';
import type { Answer } from '../cache/exchange.ts';
import { isNotModified, rangeHolds } from '../http/conditional.ts';
import { filterHeaders, type HeaderList } from '../http/header-list.ts';
import { parseRange } from '../http/range.ts';
import { edgeHeaders, notModifiedHeaders } from './answer-headers.ts';

export interface Delivery {
  readonly point: string;
  /** By the edge's clock. */
  readonly nowMs: number;
}

interface Parcel {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Body;
}

/**
 * Sends an answer, or what a condition or a range makes of it.
 *
 * @returns the status that was sent. Rejects when the body broke off on its way
 */
export async function deliver(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  delivery: Delivery,
): Promise<number> {
  if (response.destroyed) {
    answer.body.cancel();
    return answer.status;
  }
  const parcel = wrap(request, answer);
  const notModified = parcel.status === 304;
  response.writeHead(parcel.status, [
    ...parcel.headers,
    ...edgeHeaders(answer, { ...delivery, notModified }),
  ]);
  const { body } = parcel;
  if (body.whole !== undefined) response.end(body.whole);
  else if (request.method === 'HEAD') {
    body.cancel();
    response.end();
  } else {
    // A body that is slow to come would not notice until its next piece.
    response.once('close', () => body.cancel());
    await pipeline(body.read(), response);
  }
  return parcel.status;
}

function wrap({ method, headers: asked }: IncomingMessage, answer: Answer): Parcel {
  const { status, headers, body } = answer;
  const isRead = method === 'GET' || method === 'HEAD';
  if (isRead && status === 200 && isNotModified(asked, headers)) {
    body.leave();
    return { status: 304, headers: notModifiedHeaders(headers), body: NO_BODY };
  }
  const { lengthBytes } = body;
  const whole = { status, headers: withLength(headers, lengthBytes), body };
  if (method !== 'GET' || status !== 200 || lengthBytes === undefined) return whole;
  if (!rangeHolds(asked, headers)) return whole;
  const range = parseRange(asked.range, lengthBytes);
  if (range === undefined) return whole;
  if (range === 'unsatisfiable') {
    body.leave();
    const rest = withLength(headers, 0);
    return {
      status: 416,
      headers: [...rest, 'content-range', `bytes */${lengthBytes}`],
      body: NO_BODY,
    };
  }
  const { first, last } = range;
  return {
    status: 206,
    headers: [
      ...withLength(headers, last + 1 - first),
      'content-range',
      `bytes ${first}-${last}/${lengthBytes}`,
    ],
    body: sliceBody(body, range),
  };
}

function withLength(headers: HeaderList, lengthBytes: number | undefined): HeaderList {
  if (lengthBytes === undefined) return withoutVia(headers);
  const kept = filterHeaders(headers, (name) => name !== 'content-length' && name !== 'via');
  return [...kept, 'content-length', String(lengthBytes)];
}

/** The edge's own names the origin's before itself. */
function withoutVia(headers: HeaderList): HeaderList {
  return filterHeaders(headers, (name) => name !== 'via');
}
