import { toPrintable } from '../printable.ts';
import { isHit, typeOf, type Answer } from './answer.ts';
import type { Difference } from './outcome.ts';

/** Why an edge's answer is not the origin's, for people; printable. */
export function whyStale(atEdge: Answer, atOrigin: Answer, differs: readonly Difference[]): string {
  const age = atEdge.headers['age'];
  const copy = isHit(atEdge) === true ? ['stored copy'] : isHit(atEdge) === false ? ['MISS'] : [];
  const told = [...copy, ...(age === undefined ? [] : [`Age ${toPrintable(age, 12)}`])].join(', ');
  return `${whatDiffers(atEdge, atOrigin, differs)}${told === '' ? '' : ` (${told})`}`;
}

function whatDiffers(atEdge: Answer, atOrigin: Answer, differs: readonly Difference[]): string {
  if (differs.includes('status')) return `HTTP ${atEdge.status}, the origin ${atOrigin.status}`;
  if (differs.includes('location'))
    return `leads to ${locationOf(atEdge)}, the origin to ${locationOf(atOrigin)}`;
  if (!differs.includes('body'))
    return `content of the type ${shownType(atEdge)}, the origin’s is ${shownType(atOrigin)}`;
  if (atEdge.body?.bytes === atOrigin.body?.bytes)
    return `another content of the same length, ${bytes(atEdge)}`;
  return `another content: ${bytes(atEdge)}, the origin ${bytes(atOrigin)}`;
}

/** Which tags of the origin the edge's copy lacks. */
export function whyMissing(atEdge: Answer, missing: readonly string[]): string {
  if ((atEdge.headers['cache-tag'] ?? '').trim() === '')
    return 'the edge shows no Cache-Tag: the copy has none, or the edge removes the header';
  const more = missing.length > 1 ? ` and ${missing.length - 1} more` : '';
  return `stored without the tag ${toPrintable(missing[0] ?? '', 60)}${more}`;
}

/** How long a body is. */
export function bytes({ body }: Answer): string {
  const number = body?.bytes ?? 0;
  return `${String(number).replace(/\B(?=(\d{3})+$)/g, ',')} byte${number === 1 ? '' : 's'}`;
}

function locationOf({ headers }: Answer): string {
  return toPrintable(headers['location'] ?? 'nowhere', 60);
}

/** Why an answer says nothing of the page. */
export function whyOtherScheme(who: 'edge' | 'origin'): string {
  return `the ${who} leads to the same page by the other scheme, which says nothing of the page: give its address with that scheme, or the header that tells it which one visitors use`;
}

function shownType(answer: Answer): string {
  return toPrintable(typeOf(answer), 60);
}
