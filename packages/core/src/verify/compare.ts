import { toPrintable } from '../printable.ts';
import {
  isAnswer,
  isHit,
  isRedirect,
  isRefusal,
  missingTags,
  strongEtag,
  uncacheableBy,
  type Answer,
  type NoAnswer,
} from './answer.ts';
import type { Difference, Outcome } from './outcome.ts';

/** What was asked and answered about one page. */
export interface Comparison {
  /** URL of the page at its domain. */
  readonly url: string;
  readonly atEdge: Answer | NoAnswer;
  /** The origin's answers before and after the edge's. The same one if it was asked once. */
  readonly before: Answer | NoAnswer;
  readonly after: Answer | NoAnswer;
}

export interface Judgement {
  readonly outcome: Outcome;
  readonly reason: string;
  readonly differs: readonly Difference[];
}

/** Says how an edge's answer stands to the origin's, and why. */
export function judge({ url, atEdge, before, after }: Comparison): Judgement {
  if (!isAnswer(before)) return failed(`the origin ${before.failure}`);
  if (before.status >= 500) return failed(`the origin answers HTTP ${before.status}`);
  if (!isAnswer(atEdge)) return failed(`the edge ${atEdge.failure}`);
  const visible = visibleDifferences(atEdge, before, url);
  if (visible.length === 0) return judgeSame(atEdge, before);
  if (atEdge.status !== before.status) {
    if (isRefusal(atEdge)) return failed(`the edge answers HTTP ${atEdge.status}`);
    if (isRefusal(before)) return failed(`the origin answers HTTP ${before.status}`);
  }
  if (!isAnswer(after)) return failed(`the origin ${after.failure}`);
  if (after.status !== before.status && isRefusal(after))
    return failed(`the origin answers HTTP ${after.status}`);
  if (visibleDifferences(after, before, url).length > 0)
    return {
      outcome: 'unstable',
      reason: 'the origin answers something else each time',
      differs: visible,
    };
  const differs = [...visible, ...otherDifferences(atEdge, before)];
  return { outcome: 'stale', reason: whyStale(atEdge, before, differs), differs };
}

/** Whether the heads alone say that the contents are the same. */
export function headsSuffice(atEdge: Answer, atOrigin: Answer, url: string): boolean {
  if (atEdge.status !== atOrigin.status) return false;
  if (isRedirect(atEdge)) return !isElsewhere(atEdge, atOrigin, url);
  const etag = strongEtag(atEdge);
  return etag !== undefined && etag === strongEtag(atOrigin);
}

/** What visitors would see of it. */
export function visibleDifferences(atEdge: Answer, atOrigin: Answer, url: string): Difference[] {
  if (atEdge.status !== atOrigin.status) return ['status'];
  // The body of a redirect is not shown, and often has the origin's own scheme in it.
  if (isRedirect(atEdge) || isRedirect(atOrigin))
    return isElsewhere(atEdge, atOrigin, url) ? ['location'] : [];
  const [a, b] = [atEdge.body, atOrigin.body];
  if (a === undefined || b === undefined) return [];
  return a.digest === b.digest && a.truncated === b.truncated ? [] : ['body'];
}

function judgeSame(atEdge: Answer, atOrigin: Answer): Judgement {
  const missing = missingTags(atEdge, atOrigin);
  const differs = otherDifferences(atEdge, atOrigin);
  const same = (outcome: Outcome, reason: string): Judgement => ({ outcome, reason, differs });
  if (atEdge.body?.truncated === true && !haveSameEtag(atEdge, atOrigin))
    return same('too-large', `alike in its first ${bytes(atEdge)} and longer`);
  const directive = isHit(atEdge) === true ? undefined : uncacheableBy(atEdge);
  if (directive !== undefined)
    return same('not-cached', `not to be stored: Cache-Control says ${directive.toLowerCase()}`);
  if (missing.length > 0) return same('missing-tags', whyMissing(atEdge, missing));
  if (isHit(atEdge) === false)
    return same('not-cached', 'there was no stored copy; this visit may have stored one');
  return same('fresh', atEdge.body === undefined ? 'the same ETag' : 'the same content');
}

function otherDifferences(atEdge: Answer, atOrigin: Answer): Difference[] {
  const names = ['content-type', 'etag', 'last-modified'] as const;
  const differing = names.filter((name) => atEdge.headers[name] !== atOrigin.headers[name]);
  return missingTags(atEdge, atOrigin).length > 0 ? ['tags', ...differing] : differing;
}

function haveSameEtag(atEdge: Answer, atOrigin: Answer): boolean {
  const etag = strongEtag(atEdge);
  return etag !== undefined && etag === strongEtag(atOrigin);
}

/** An origin that is asked directly may name another scheme than the edge is asked with. */
function isElsewhere(atEdge: Answer, atOrigin: Answer, url: string): boolean {
  const [a, b] = [atEdge, atOrigin].map(({ headers }) => {
    const { location = '' } = headers;
    return URL.parse(location, url)?.href.replace(/^https?:/, '') ?? location;
  });
  return a !== b;
}

function failed(reason: string): Judgement {
  return { outcome: 'error', reason, differs: [] };
}

function whyStale(atEdge: Answer, atOrigin: Answer, differs: readonly Difference[]): string {
  const age = atEdge.headers['age'];
  const copy = isHit(atEdge) === true ? ['stored copy'] : isHit(atEdge) === false ? ['MISS'] : [];
  const told = [...copy, ...(age === undefined ? [] : [`Age ${toPrintable(age, 12)}`])].join(', ');
  return `${whatDiffers(atEdge, atOrigin, differs)}${told === '' ? '' : ` (${told})`}`;
}

function whatDiffers(atEdge: Answer, atOrigin: Answer, differs: readonly Difference[]): string {
  if (differs.includes('status')) return `HTTP ${atEdge.status}, the origin ${atOrigin.status}`;
  if (differs.includes('location'))
    return `leads to ${locationOf(atEdge)}, the origin to ${locationOf(atOrigin)}`;
  if (atEdge.body?.bytes === atOrigin.body?.bytes)
    return `another content of the same length, ${bytes(atEdge)}`;
  return `another content: ${bytes(atEdge)}, the origin ${bytes(atOrigin)}`;
}

function whyMissing(atEdge: Answer, missing: readonly string[]): string {
  if ((atEdge.headers['cache-tag'] ?? '').trim() === '')
    return 'the edge shows no Cache-Tag: the copy has none, or the edge removes the header';
  const more = missing.length > 1 ? ` and ${missing.length - 1} more` : '';
  return `stored without the tag ${toPrintable(missing[0] ?? '', 60)}${more}`;
}

function bytes({ body }: Answer): string {
  const number = body?.bytes ?? 0;
  return `${String(number).replace(/\B(?=(\d{3})+$)/g, ',')} byte${number === 1 ? '' : 's'}`;
}

function locationOf({ headers }: Answer): string {
  return toPrintable(headers['location'] ?? 'nowhere', 60);
}
