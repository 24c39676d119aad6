import { isAnswer } from './answer.ts';
import { createAsker } from './asker.ts';
import { resolveOptions, type VerifyOptions } from './options.ts';
import { parsePage } from './page.ts';

/** What a visitor was answered. */
export interface PageAnswer {
  /** None: nobody answered, or not to the end. */
  readonly status?: number | undefined;
  /** Names in lower case; lines of one name joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** Why there is no answer; printable. */
  readonly failure?: string | undefined;
}

/**
 * Asks the origin, or the first address of the edge, for one page, as a visitor would. No redirect is
 * followed.
 *
 * @param page its path, or its URL at the domain
 * @throws FreshtagError `INVALID_OPTION`; the signal's reason
 */
export async function askPage(
  page: string,
  place: 'origin' | 'edge',
  options: VerifyOptions,
): Promise<PageAnswer> {
  const resolved = resolveOptions(options);
  const path = parsePage(page, resolved.domain);
  const [edge = resolved.origin] = resolved.edges;
  const asker = createAsker(resolved);
  try {
    const question = { method: 'GET', path, encoding: 'identity' } as const;
    const seen = await asker.ask(place === 'edge' ? edge : resolved.origin, question);
    if (!isAnswer(seen)) return { headers: {}, failure: seen.failure };
    return { status: seen.status, headers: seen.headers };
  } finally {
    await asker.close();
  }
}
