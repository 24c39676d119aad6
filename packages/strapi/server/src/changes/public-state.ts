import type { Core } from '@strapi/strapi';

import { withKeptPlan } from './kept-plans.ts';
import type { Link } from './links.ts';
import { isDrafted } from './schema.ts';
import type { SharedFields } from './shared-fields.ts';
import { OWN, statementOf } from './state-statement.ts';

/** An entry of a document, in one locale, that shows another one. */
export interface ShowingEntry {
  readonly uid: string;
  readonly documentId: string;
  readonly locale: string | null;
  /** Of what it shows: it may show several locales of one document. */
  readonly shownLocale: string | null;
  /** Whether the link can be ended from the side of what it shows. */
  readonly isMutual: boolean;
}

/** What visitors can see of a document. */
export interface PublicState {
  /** Its locales; `null` for a type without. Empty: nobody sees it. */
  readonly locales: readonly (string | null)[];
  /** Entries of other documents that can show it, through the links that were asked for. */
  readonly shownBy: readonly ShowingEntry[];
  /** What its locales share, each content once: more than one if they differ, drafts among them. */
  readonly shared: readonly string[];
}

export const NOT_PUBLIC: PublicState = { locales: [], shownBy: [], shared: [] };

/** Of knex, as Strapi hands it out. */
export type Transaction = Core.Strapi['db']['connection'];

/** What is asked of a document. */
export interface StateQuery {
  readonly uid: string;
  readonly documentId: string;
  /** One of the lists of the type: what is asked through it is always asked in the same way. */
  readonly links: readonly Link[];
  readonly shared: SharedFields;
  /** Whether entries count too that show nothing but its draft. */
  readonly ofDrafts: boolean;
}

interface Row {
  readonly [shared: `shared${number}`]: unknown;
  /** Some drivers give numbers as texts. */
  readonly link: number | string;
  readonly document_id: string;
  readonly locale: string | null;
  readonly shown_id: number | string;
  readonly published_at: unknown;
}

/** Reads it with one statement. */
export async function readPublicState(
  strapi: Core.Strapi,
  trx: Transaction,
  query: StateQuery,
): Promise<PublicState> {
  const { uid, documentId, links } = query;
  const { sql, columns, bindingsFor, name, width } = statementOf(strapi, trx, query);
  const state = trx.raw(`(${sql}) AS state`, bindingsFor(documentId));
  const asking = trx.select(trx.raw(columns)).from(state);
  const rows: readonly Row[] = await withKeptPlan({ strapi, trx }, asking, name);
  const own = rows.filter(({ link }) => Number(link) === OWN);
  const drafted = isDrafted(strapi, uid);
  const visible = own.filter(({ published_at }) => !drafted || published_at !== null);
  const localeOf = new Map(own.map(({ shown_id, locale }) => [String(shown_id), locale]));
  return {
    locales: [...new Set(visible.map(({ locale }) => locale))],
    shownBy: rows.flatMap(({ link, document_id, locale, shown_id }) => {
      const through = links[Number(link)];
      if (through === undefined) return [];
      if (through.uid === uid && document_id === documentId) return [];
      const shownLocale = localeOf.get(String(shown_id)) ?? null;
      const shown = { shownLocale, isMutual: through.mutual !== undefined };
      return [{ uid: through.uid, documentId: document_id, locale, ...shown }];
    }),
    shared: contentsOf(own, width),
  };
}

/** Of rows with as many shared columns. Entries are told apart, and their rows have no order. */
function contentsOf(rows: readonly Row[], width: number): readonly string[] {
  const contents = new Map<number | string, string[]>();
  for (const row of rows) {
    const content = contents.get(row.shown_id) ?? [];
    contents.set(row.shown_id, content);
    content.push(
      JSON.stringify(Array.from({ length: width }, (_, number) => row[`shared${number}`])),
    );
  }
  return [...new Set([...contents.values()].map((content) => content.sort().join('\n')))];
}
