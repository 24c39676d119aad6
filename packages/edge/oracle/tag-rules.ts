import { ask, page, refresh, refreshSoftly, type Page, type Script } from './script.ts';

interface TagRule {
  readonly script: Script;
  /** What each visitor met, in order. */
  readonly found: string;
}

const ALL = ['/a', '/b', '/c'].map((path) => ask(path));

function one(only: Page, ...steps: Script['steps']): Script {
  return { pages: [only], steps: [ask('/a'), ...steps] };
}

/** Pages `/a`, `/b`, `/c` with these tags, asked for before and after. */
function three(tags: readonly (readonly string[])[], ...steps: Script['steps']): Script {
  const pages = ALL.map(({ path }, index) => page({ path, tags: tags[index] ?? [] }));
  return { pages, steps: [...ALL, ...steps, ...ALL] };
}

/**
 * What the authors of vmod_xkey test of tags (varnish-modules 0.20, its 14 cases), told as what visitors
 * meet. Left out: counters of memory and their end (10 in part, 11, 12), reloads of a VCL (4), service
 * within grace (6 in part: the edge serves nothing that a refresh has reached), a response of the origin
 * that purges (14).
 */
export const TAG_RULES: Readonly<Record<string, TagRule>> = {
  'the one tag of a page reaches it (1)': {
    script: one(page({ tags: ['a'] }), ask('/a'), refresh('a'), ask('/a')),
    found: 'MISS HIT MISS',
  },
  'the second of two tags reaches it (2)': {
    script: one(page({ tags: ['a,b'] }), refresh('b'), ask('/a')),
    found: 'MISS MISS',
  },
  'one of several tags reaches all pages that have it (3)': {
    script: three([['a', 'b'], ['a', 'b'], ['b']], refresh('a')),
    found: 'MISS MISS MISS MISS MISS HIT',
  },
  'tags may stand in several lines (5)': {
    script: one(page({ tags: ['a', 'b'] }), refresh('b'), ask('/a'), refresh('a'), ask('/a')),
    found: 'MISS MISS MISS',
  },
  'a soft refresh has the page asked about once, and keeps it (6)': {
    script: one(page({ lastModified: 'moves' }), refreshSoftly('a'), ask('/a'), ask('/a')),
    found: 'MISS MISS HIT',
  },
  'one refresh of many tags reaches pages that share none, whatever stands between tags (7)': {
    script: three([['1 ,  2,3'], ['4,\t5 ,6'], ['7,,8 , 9']], refresh('1', '5', '9')),
    found: 'MISS MISS MISS MISS MISS MISS',
  },
  'a tag that nothing has changes nothing (8)': {
    script: one(page(), refresh('unknown'), ask('/a')),
    found: 'MISS HIT',
  },
  'a comma is part of no tag (9)': {
    script: three([['a, b'], ['c, d'], ['e']], refresh('a'), ask('/a'), ask('/b'), refresh('d')),
    found: 'MISS MISS MISS MISS HIT HIT MISS HIT',
  },
  'pages that share a tag go with it, the others stay (10)': {
    script: three([['1'], ['2'], ['1', '2']], refresh('1')),
    found: 'MISS MISS MISS MISS HIT MISS',
  },
  'a tag works again after its pages have come back (13)': {
    script: one(page(), refresh('a'), ask('/a'), ask('/a'), refresh('a'), ask('/a'), ask('/a')),
    found: 'MISS MISS HIT MISS HIT',
  },
};
