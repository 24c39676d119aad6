import { one, threeTimes } from './sequences.ts';
import { ask, change, page, refreshSoftly, type Script } from './script.ts';

/** Something that the edge does on purpose in another way than Varnish. */
export interface Difference {
  readonly script: Script;
  readonly why: string;
  /** What the edge does. */
  readonly edge: readonly string[];
}

const MODIFIED = page({ lastModified: 'moves' });

/** All differences that are known and meant. Whatever else differs is a fault of one of the two. */
export const DIFFERENCES: Readonly<Record<string, Difference>> = {
  'If-None-Match: *': {
    script: one(
      page({ etag: 'moves' }),
      ask('/a'),
      ask('/a', { headers: { 'if-none-match': '*' } }),
    ),
    why: 'Varnish compares it as if it were an ETag. RFC 9110, section 13.1.2.',
    edge: [
      'GET /a: MISS 200 "/a version 1", asked 1',
      'GET /a (if-none-match: *): HIT 304 "", asked 0',
    ],
  },
  'If-Modified-Since with another date than Last-Modified': {
    script: one(
      MODIFIED,
      ask('/a'),
      ask('/a', { headers: { 'if-modified-since': 'Sun, 01 Feb 2026 00:00:00 GMT' } }),
    ),
    why: 'Varnish asks which is later; the cloud runs on Tengine, which asks whether they are equal.',
    edge: [
      'GET /a: MISS 200 "/a version 1", asked 1',
      'GET /a (if-modified-since: Sun, 01 Feb 2026 00:00:00 GMT): HIT 200 "/a version 1", asked 0',
    ],
  },
  'a soft refresh, the ETag has moved and Last-Modified has not': {
    script: one(
      page({ lastModified: 'stands', etag: 'moves' }),
      ask('/a'),
      change('/a'),
      refreshSoftly('a'),
      ask('/a'),
    ),
    why: 'The cloud documents that it asks for Last-Modified alone: RefreshDcdnObjectCaches, Force.',
    edge: ['GET /a: MISS 200 "/a version 1", asked 1', 'GET /a: MISS 200 "/a version 1", asked 1'],
  },
  'a soft refresh of a 404 whose Last-Modified stands': {
    script: one(
      page({ status: 404, lastModified: 'stands' }),
      ask('/a'),
      change('/a'),
      refreshSoftly('a'),
      ask('/a'),
    ),
    why: 'Varnish asks again about nothing but a 200; the cloud documents no such exception.',
    edge: ['GET /a: MISS 404 "/a version 1", asked 1', 'GET /a: MISS 404 "/a version 1", asked 1'],
  },
  'a visitor with a cookie': {
    script: one(page(), ask('/a'), ask('/a', { headers: { cookie: 'a=1' } })),
    why: 'Out of the box Varnish sends everybody with a cookie to the origin; HTTP knows no such rule.',
    edge: [
      'GET /a: MISS 200 "/a version 1", asked 1',
      'GET /a (cookie: a=1): HIT 200 "/a version 1", asked 0',
    ],
  },
  'a visitor with a password, and a response that is for everybody': {
    script: one(
      page({ cacheControl: 'public, max-age=3600' }),
      ask('/a'),
      ask('/a', { headers: { authorization: 'Basic YTpi' } }),
    ),
    why: 'Varnish sends everybody with a password to the origin; RFC 9111, section 3.5, lets public through.',
    edge: [
      'GET /a: MISS 200 "/a version 1", asked 1',
      'GET /a (authorization: Basic YTpi): HIT 200 "/a version 1", asked 0',
    ],
  },
  'Set-Cookie on a page with a lifetime': {
    script: threeTimes(page({ headers: { 'set-cookie': 'a=1' } })),
    why: 'Out of the box Varnish keeps no such response; HTTP knows no such rule.',
    edge: [
      'GET /a: MISS 200 "/a version 1", asked 1',
      'GET /a: HIT 200 "/a version 1", asked 0',
      'GET /a: HIT 200 "/a version 1", asked 0',
      'GET /a: MISS 200 "/a version 2", asked 1',
    ],
  },
  'an error with a lifetime': {
    script: threeTimes(page({ status: 503 })),
    why: 'Varnish keeps no errors but 404, 410 and 414. The cloud goes by Cache-Control: create-a-cache-rule-for-http-status-codes.',
    edge: [
      'GET /a: MISS 503 "/a version 1", asked 1',
      'GET /a: HIT 503 "/a version 1", asked 0',
      'GET /a: HIT 503 "/a version 1", asked 0',
      'GET /a: MISS 503 "/a version 2", asked 1',
    ],
  },
  'a 403 with a lifetime': {
    script: threeTimes(page({ status: 403 })),
    why: 'The same.',
    edge: [
      'GET /a: MISS 403 "/a version 1", asked 1',
      'GET /a: HIT 403 "/a version 1", asked 0',
      'GET /a: HIT 403 "/a version 1", asked 0',
      'GET /a: MISS 403 "/a version 2", asked 1',
    ],
  },
  'an error that says nothing of its lifetime': {
    script: one({ path: '/a', tags: ['a'], status: 404 }, ask('/a'), ask('/a')),
    why: 'The cloud keeps it for a second: create-a-cache-rule-for-http-status-codes. Varnish for as long as its VCL says, here not at all.',
    edge: ['GET /a: MISS 404 "/a version 1", asked 1', 'GET /a: HIT 404 "/a version 1", asked 0'],
  },
  'Last-Modified and nothing about freshness': {
    script: threeTimes({ path: '/a', tags: ['a'], lastModified: 'moves' }),
    why: 'The cloud guesses a lifetime by it (doc-detail/40080); Varnish goes by its VCL, here not at all.',
    edge: [
      'GET /a: MISS 200 "/a version 1", asked 1',
      'GET /a: HIT 200 "/a version 1", asked 0',
      'GET /a: HIT 200 "/a version 1", asked 0',
      'GET /a: MISS 200 "/a version 2", asked 1',
    ],
  },
  'CDN-Cache-Control': {
    script: threeTimes(
      page({ cacheControl: 'no-store', headers: { 'cdn-cache-control': 'max-age=3600' } }),
    ),
    why: 'RFC 9213 is younger than Varnish 7.1.',
    edge: [
      'GET /a: MISS 200 "/a version 1", asked 1',
      'GET /a: HIT 200 "/a version 1", asked 0',
      'GET /a: HIT 200 "/a version 1", asked 0',
      'GET /a: MISS 200 "/a version 2", asked 1',
    ],
  },
  'several ranges at once': {
    script: one(page(), ask('/a'), ask('/a', { headers: { range: 'bytes=0-1,4-5' } })),
    why: 'Varnish refuses them; a server may ignore them, and the edge does: RFC 9110, section 14.2.',
    edge: [
      'GET /a: MISS 200 "/a version 1", asked 1',
      'GET /a (range: bytes=0-1,4-5): HIT 200 "/a version 1", asked 0',
    ],
  },
  'HEAD with a range': {
    script: one(page(), ask('/a'), ask('/a', { method: 'HEAD', headers: { range: 'bytes=0-1' } })),
    why: 'A range means something with GET alone: RFC 9110, section 14.2.',
    edge: [
      'GET /a: MISS 200 "/a version 1", asked 1',
      'HEAD /a (range: bytes=0-1): HIT 200 "", asked 0',
    ],
  },
};
