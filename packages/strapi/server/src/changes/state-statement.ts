import type { Core } from '@strapi/strapi';

import { FILE_UID } from '../tags/types.ts';
import { ANY_DOCUMENT, type Asked, type Builder } from './asked-state.ts';
import type { Link } from './links.ts';
import type { StateQuery, Transaction } from './public-state.ts';
import { nameOf } from './kept-plans.ts';
import { shownInEach, showingThroughEach } from './state-joined.ts';
import { shownOnce, showingOfEachType } from './state-postgres.ts';

/** Compiled: for knex to build it each time takes longer than for the database to answer it. */
interface Statement {
  readonly sql: string;
  /** Of what comes of it: on PostgreSQL as texts, since a kept plan fails where one is of another type than before. */
  readonly columns: string;
  readonly bindingsFor: (documentId: string) => Bindings;
  /** Under which the database may keep its plan. */
  readonly name: string;
  /** How many columns tell what locales share. */
  readonly width: number;
}

type Bindings = ReturnType<Builder['toSQL']>['bindings'];

/** The link of rows that are the document's own. */
export const OWN = -1;

const MEDIA_COLUMNS = ['media.field', 'media.order', 'media.file_id'] as const;

const statements = new WeakMap<readonly Link[], Statement>();

/** It selects the document's own entries, and those that show it with the number of the link. */
export function statementOf(strapi: Core.Strapi, trx: Transaction, query: StateQuery): Statement {
  const statement = statements.get(query.links) ?? compile(strapi, trx, query);
  statements.set(query.links, statement);
  return statement;
}

function compile(strapi: Core.Strapi, trx: Transaction, query: StateQuery): Statement {
  const { columns, media } = query.shared;
  const width = columns.length + (media.length > 0 ? MEDIA_COLUMNS.length : 0);
  const asked: Asked = { strapi, trx, query, width };
  const { dialect }: { readonly dialect?: unknown } = Object(trx.client);
  const isPostgres = dialect === 'postgresql';
  const statement = isPostgres
    ? ownEntries(asked, shownOnce(asked)).unionAll(showingOfEachType(asked))
    : ownEntries(asked, shownInEach(asked)).unionAll(showingThroughEach(asked));
  const { sql, bindings } = statement.toSQL();
  const bindingsFor = (documentId: string): Bindings =>
    bindings.map((value) => (value === ANY_DOCUMENT ? documentId : value));
  const texts = columnsOf(width).map((name) => `${name}::text`);
  const read = isPostgres ? texts.join(', ') : '*';
  return { sql, columns: read, bindingsFor, name: nameOf(sql), width };
}

function columnsOf(width: number): readonly string[] {
  const shared = Array.from({ length: width }, (_, number) => `shared${number}`);
  return ['link', 'document_id', 'locale', 'shown_id', 'published_at', ...shared];
}

/** All that there are; each as often as it has files in fields that are shared. */
function ownEntries({ strapi, trx, query: { uid, shared } }: Asked, shown: Builder): Builder {
  const columns = shared.columns.map((column) => `shown.${column}`);
  if (shared.media.length > 0) {
    columns.push(...MEDIA_COLUMNS);
    shown.leftJoin({ media: tableOfMedia(strapi) }, (on) => {
      on.on('media.related_id', 'shown.id')
        .andOnVal('media.related_type', uid)
        .andOnIn('media.field', shared.media);
    });
  }
  return shown.select(
    trx.raw(`${OWN} AS link`),
    'shown.document_id',
    'shown.locale',
    'shown.id AS shown_id',
    'shown.published_at',
    ...columns.map((column, number) => `${column} AS shared${number}`),
  );
}

function tableOfMedia(strapi: Core.Strapi): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Strapi's own type has a kind for each
  const { attributes } = strapi.db.metadata.get(FILE_UID) as unknown as {
    readonly attributes: { readonly related: { readonly joinTable: { readonly name: string } } };
  };
  return attributes.related.joinTable.name;
}
