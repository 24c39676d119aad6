import { REFRESH_STATES } from '../../../packages/strapi/contract/admin-api.ts';
import type { Filled } from './fill.ts';

const CURRENCY = 'api::currency.currency';
const HOUR_MS = 3_600_000;

function history(query: string): string {
  return `/history?${query}`;
}

/** What people ask the panel: by name, the path of its route. */
export function questionsOf(filled: Filled): Readonly<Record<string, string>> {
  const { hot, cold, deep, beginMs, endMs } = filled;
  const entry = (id: string): string => `uid=${CURRENCY}&documentId=${id}`;
  const day = (ago: number): string =>
    `sinceMs=${endMs - (ago + 1) * 24 * HOUR_MS}&untilMs=${endMs - ago * 24 * HOUR_MS}`;
  return {
    'first page': history(''),
    'page of 100': history('limit=100'),
    'page 1,000': history(`cursor=${deep}`),
    'an entry changed often': history(entry(hot)),
    'an entry changed once': history(entry(cold)),
    'an entry, deep': history(`${entry(hot)}&cursor=${deep}`),
    'a type': history(`uid=${CURRENCY}`),
    'a type without changes': history('uid=api::front-page.front-page'),
    'the tag of a list': history('tag=currency'),
    'the tag of a list, deep': history(`tag=currency&cursor=${deep}`),
    'the tag of an entry': history(`tag=currency:${hot}`),
    'a tag of nothing': history('tag=none:1'),
    'a user who does much': history('actor=editor:0'),
    'a user who does little': history('actor=token:1'),
    'a user who did nothing': history('actor=editor:999'),
    ...Object.fromEntries(REFRESH_STATES.map((state) => [state, history(`state=${state}`)])),
    ...Object.fromEntries(
      REFRESH_STATES.map((state) => [`${state}, deep`, history(`state=${state}&cursor=${deep}`)]),
    ),
    'a day, 20 days ago': history(day(20)),
    'a day before all': history(`untilMs=${beginMs - HOUR_MS}`),
    'a user on a day': history(`actor=editor:0&${day(12)}`),
    'a type on a day': history(`uid=${CURRENCY}&${day(12)}`),
    'what failed for a user': history('actor=editor:0&state=failed'),
    'what failed with a tag': history('tag=currency&state=failed'),
    'what failed of an entry': history(`${entry(hot)}&state=failed`),
    'what failed on a good day': history(`state=failed&${day(5)}`),
    'what is stale of a type': history(`uid=${CURRENCY}&state=stale`),
    'live for a user, on a day': history(`actor=editor:0&state=live&${day(8)}`),
    'given up by a user who does little': history('actor=token:1&state=discarded'),
    'summary of the home page': '/summary',
    'users, for a choice': '/actors',
    'state of an entry changed often': `/entries/${CURRENCY}/${hot}`,
    'state of an entry changed once': `/entries/${CURRENCY}/${cold}`,
    'what a tag is': `/tags?search=currency:${hot}`,
    'what a tag of nothing is': '/tags?search=none:1',
  };
}
