import {
  isAnswer,
  isHit,
  isRedirect,
  isRefusal,
  missingTags,
  strongEtag,
  uncacheableBy,
  typeOf,
  type Answer,
  type NoAnswer,
} from './answer.ts';
import type { Difference, Outcome } from './outcome.ts';
import { bytes, whyMissing, whyOtherScheme, whyStale } from './reasons.ts';

/** What was asked and answered about one page. */
export interface Comparison {
  /** URL of the page at its domain. */
  readonly url: string;
  /** Schemes by which the two were asked, like `https:`. */
  readonly schemes: { readonly edge: string; readonly origin: string };
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
export function judge({ url, schemes, atEdge, before, after }: Comparison): Judgement {
  if (!isAnswer(before)) return failed(`the origin ${before.failure}`);
  if (before.status >= 500) return failed(`the origin answers HTTP ${before.status}`);
  if (wantsOtherScheme(before, url, schemes.origin)) return failed(whyOtherScheme('origin'));
  if (!isAnswer(atEdge)) return failed(`the edge ${atEdge.failure}`);
  if (wantsOtherScheme(atEdge, url, schemes.edge)) return failed(whyOtherScheme('edge'));
  const visible = visibleDifferences(atEdge, before, url);
  if (isRefusal(before)) return failed(`the origin answers HTTP ${before.status}`);
  if (isRefusal(atEdge)) return failed(`the edge answers HTTP ${atEdge.status}`);
  if (visible.length === 0) return judgeSame(atEdge, before);
  if (!isAnswer(after)) return failed(`the origin ${after.failure}`);
  if (after.status !== before.status && isRefusal(after))
    return failed(`the origin answers HTTP ${after.status}`);
  if (visibleDifferences(after, before, url).length > 0)
    return {
      outcome: 'unstable',
      reason: 'the origin answers something else each time',
      differs: visible,
    };
  const differs = [...new Set([...visible, ...otherDifferences(atEdge, before)])];
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
  if (a === undefined || b === undefined) return differentTypes(atEdge, atOrigin);
  if (a.digest !== b.digest || a.truncated !== b.truncated) return ['body'];
  return differentTypes(atEdge, atOrigin);
}

/** The same bytes are another page to a browser where they are not of the same type. */
function differentTypes(atEdge: Answer, atOrigin: Answer): Difference[] {
  const [a, b] = [typeOf(atEdge), typeOf(atOrigin)];
  return a === b || a === '' || b === '' ? [] : ['content-type'];
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

/** Leads to the very same page by the other scheme: it says nothing of the page. */
function wantsOtherScheme(answer: Answer, url: string, scheme: string): boolean {
  const { location = '' } = answer.headers;
  const asked = url.replace(/^https?:/, scheme);
  const target = isRedirect(answer) ? URL.parse(location, asked) : null;
  if (target === null || target.protocol === scheme) return false;
  return target.href.slice(target.protocol.length) === asked.slice(scheme.length);
}

function failed(reason: string): Judgement {
  return { outcome: 'error', reason, differs: [] };
}
