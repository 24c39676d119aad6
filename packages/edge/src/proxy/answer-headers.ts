import { randomBytes } from 'node:crypto';

import type { Answer } from '../cache/exchange.ts';
import { formatStep, type Step } from '../http/cache-status.ts';
import { headerOf, type HeaderList } from '../http/header-list.ts';
import { POINT_HEADER, withVia } from './origin-headers.ts';

/** What the nodes of the cloud say of themselves, beside the answer's own headers. */
export function edgeHeaders(
  answer: Answer,
  { point, nowMs, notModified }: { point: string; nowMs: number; notModified: boolean },
): string[] {
  const { headers, steps, ageMs, fetchedAtMs, saved, policy } = answer;
  const freshForMs = policy.storable ? Math.max(0, policy.lifetimeSeconds * 1000 - ageMs) : 0;
  const { atMs, freshForMs: savedForMs } = saved ?? { atMs: nowMs, freshForMs };
  const last = steps.at(-1);
  const added = [
    'via',
    withVia(headerOf(headers, 'via')),
    'x-cache',
    cacheResult(last, notModified),
    'cache-status',
    steps.map(formatStep).join(', '),
    'ali-swift-global-savetime',
    String(Math.floor(fetchedAtMs / 1000)),
    'x-swift-savetime',
    httpDate(atMs),
    'x-swift-cachetime',
    String(Math.round(savedForMs / 1000)),
    'eagleid',
    nextEagleId(nowMs),
    POINT_HEADER,
    point,
  ];
  const isAged = ageMs >= 1000 || steps.some(({ outcome }) => outcome === 'hit');
  if (isAged && Number.isFinite(ageMs)) added.push('age', String(Math.floor(ageMs / 1000)));
  if (headerOf(headers, 'timing-allow-origin') === undefined)
    added.push('timing-allow-origin', '*');
  return added;
}

/**
 * `X-Cache` as the cloud's nodes send it. `MISS` is everything that made this cache ask the one behind.
 * `TCP_REFRESH_HIT`, for a copy that was asked about and kept, is a guess: the rest was seen in answers.
 */
function cacheResult(step: Step | undefined, notModified: boolean): string {
  return `${resultOf(step, notModified)} dirn:-2:-2`;
}

function resultOf(step: Step | undefined, notModified: boolean): string {
  if (step?.outcome === 'hit') return notModified ? 'HIT TCP_IMS_HIT' : 'HIT TCP_MEM_HIT';
  if (step?.outcome !== 'stale') return 'MISS TCP_MISS';
  return step.forwardStatus === 304 ? 'MISS TCP_REFRESH_HIT' : 'MISS TCP_REFRESH_MISS';
}

const EAGLE_PREFIX = randomBytes(4).toString('hex');
let requests = 0;

/** Tells requests apart, like the cloud's: an address, a time and a number. */
function nextEagleId(nowMs: number): string {
  requests = (requests + 1) % 0x100_000;
  return `${EAGLE_PREFIX}${Math.floor(nowMs)}${requests.toString(16).padStart(5, '0')}`;
}

let lastSecond = Number.NaN;
let lastDate = '';

/** Most dates of a second are the same. */
function httpDate(atMs: number): string {
  const second = Math.floor(atMs / 1000);
  if (second === lastSecond) return lastDate;
  lastSecond = second;
  lastDate = new Date(atMs).toUTCString();
  return lastDate;
}

/** A 304 repeats what a 200 would have said of the response, but not of its body. */
export function notModifiedHeaders(headers: HeaderList): string[] {
  const kept: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? '';
    if (name.startsWith('content-') && name !== 'content-location') continue;
    if (name !== 'via') kept.push(name, headers[index + 1] ?? '');
  }
  return kept;
}
