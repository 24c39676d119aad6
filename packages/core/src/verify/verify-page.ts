import type { Address } from './addresses.ts';
import { isAnswer, showAnswer, type Answer, type NoAnswer } from './answer.ts';
import type { Asker } from './asker.ts';
import { headsSuffice, judge, visibleDifferences } from './compare.ts';
import type { ResolvedOptions } from './options.ts';
import { judgePage, verdictOf, type PageVerdict, type Sighting } from './outcome.ts';

type Seen = Answer | NoAnswer;

/** One page in one encoding. */
interface Look {
  readonly path: string;
  readonly url: string;
  readonly encoding: string;
}

interface Seeing extends ResolvedOptions {
  readonly ask: Asker['ask'];
}

/** Looks at one page, at every address of the edge and in every encoding. */
export async function verifyPage(path: string, seeing: Seeing): Promise<PageVerdict> {
  const sightings: Sighting[] = [];
  for (const encoding of seeing.encodings) {
    const look = { path, encoding, url: `https://${seeing.domain}${path}` };
    const heads = seeing.head ? await lookAtHeads(look, seeing) : [];
    const rest = seeing.edges.filter(({ name }) => heads.every(({ edge }) => edge !== name));
    const whole = rest.length === 0 ? [] : await lookAtBodies(look, rest, seeing);
    sightings.push(...heads, ...whole);
  }
  return judgePage(path, sightings);
}

/** Those addresses for which the heads say that the content is the same. */
async function lookAtHeads(look: Look, seeing: Seeing): Promise<Sighting[]> {
  const question = { ...look, method: 'HEAD' } as const;
  const before = await seeing.ask(seeing.origin, question);
  if (!isAnswer(before)) return [];
  const sightings: Sighting[] = [];
  for (const edge of seeing.edges) {
    const atEdge = await seeing.ask(edge, question);
    if (isAnswer(atEdge) && headsSuffice(atEdge, before, look.url))
      sightings.push(describe(look, edge, { atEdge, before, after: before }, seeing));
  }
  return sightings;
}

/**
 * The origin comes first: where it does not answer there is nothing to compare with, and the edge is
 * spared a visit, which may have it store something. It is asked again only about a difference.
 */
async function lookAtBodies(
  look: Look,
  edges: readonly Address[],
  seeing: Seeing,
): Promise<Sighting[]> {
  const question = { ...look, method: 'GET' } as const;
  const before = await seeing.ask(seeing.origin, question);
  const isUsable = isAnswer(before) && before.status < 500;
  const seen: { edge: Address; atEdge: Seen }[] = [];
  for (const edge of edges)
    seen.push({ edge, atEdge: isUsable ? await seeing.ask(edge, question) : before });
  const isDifferent = ({ atEdge }: { atEdge: Seen }): boolean =>
    isUsable && isAnswer(atEdge) && visibleDifferences(atEdge, before, look.url).length > 0;
  const after = seen.some(isDifferent) ? await seeing.ask(seeing.origin, question) : before;
  return seen.map(({ edge, atEdge }) => describe(look, edge, { atEdge, before, after }, seeing));
}

function describe(
  { url, encoding }: Look,
  edge: Address,
  seen: { readonly atEdge: Seen; readonly before: Seen; readonly after: Seen },
  { origin, requireTags }: ResolvedOptions,
): Sighting {
  const schemes = { edge: schemeOf(edge), origin: schemeOf(origin) };
  const judgement = judge({ url, schemes, ...seen });
  const { atEdge, before } = seen;
  const isAsked = atEdge !== before;
  return {
    edge: edge.name,
    encoding,
    atMs: atEdge.atMs,
    ...judgement,
    verdict: verdictOf(judgement.outcome, requireTags),
    ...(isAsked && isAnswer(atEdge) ? { atEdge: showAnswer(atEdge) } : {}),
    ...(isAnswer(before) ? { atOrigin: showAnswer(before) } : {}),
  };
}

function schemeOf({ origin }: Address): string {
  return new URL(origin).protocol;
}
