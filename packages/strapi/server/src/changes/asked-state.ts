import type { Core } from '@strapi/strapi';

import type { StateQuery, Transaction } from './public-state.ts';

export type Builder = ReturnType<Transaction['queryBuilder']>;

/** What a statement is built from. */
export interface Asked {
  readonly strapi: Core.Strapi;
  readonly trx: Transaction;
  readonly query: Pick<StateQuery, 'uid' | 'links' | 'shared' | 'ofDrafts'>;
  readonly width: number;
}

/** In the place of a document's id. */
export const ANY_DOCUMENT = '{documentId}';

/** In the place of what locales share, in rows of entries that show the document. */
export function nothingShared({ trx, width }: Asked): readonly ReturnType<Transaction['raw']>[] {
  return Array.from({ length: width }, () => trx.raw('NULL'));
}

export function tableOf(strapi: Core.Strapi, uid: string): string {
  return strapi.db.metadata.get(uid).tableName;
}
