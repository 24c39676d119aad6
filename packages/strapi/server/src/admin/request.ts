import { errors } from '@strapi/utils';
import * as v from 'valibot';

import { REFRESH_STATES, type HistoryFilter } from '../../../contract/admin-api.ts';
import type { Ability } from './find-entries.ts';

/** As much of Koa's context as is used. */
export interface AdminContext {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly request: { readonly body?: unknown };
  readonly state: { readonly userAbility: Ability };
  /** What is sent. */
  readonly res: { destroy(): void };
  status: number;
  body: unknown;
  set(header: string, value: string): void;
}

/** Longest text that is searched for. */
const MOST_TEXT = 2000;
const MOST_ON_A_PAGE = 100;
const DEFAULT_ON_A_PAGE = 20;

/** What every database can be asked for: none of them knows half characters, and some no NUL. */
export const isStorable = (searched: string): boolean =>
  searched.isWellFormed() && !searched.includes('\0');

/** A text that is looked for. */
export const text: v.GenericSchema<string> = v.pipe(
  v.string(),
  v.maxLength(MOST_TEXT),
  v.check(isStorable),
);
const change = v.pipe(text, v.regex(/^[0-9a-z]{18}$/, 'it is none of ours'));
const whole = (least: number, most: number): v.GenericSchema<string, number> =>
  v.pipe(
    v.pipe(text, v.regex(/^\d{1,15}$/, 'give a whole number')),
    v.transform(Number),
    v.number(),
    v.minValue(least),
    v.maxValue(most),
  );
const timeMs = v.optional(whole(0, 8.64e15));

const FILTER = {
  uid: v.optional(text),
  documentId: v.optional(text),
  tag: v.optional(text),
  actor: v.optional(text),
  state: v.optional(v.picklist(REFRESH_STATES)),
  sinceMs: timeMs,
  untilMs: timeMs,
};

export interface HistoryRequest extends HistoryFilter {
  readonly cursor?: string;
  readonly limit: number;
}

const PAGE = v.object({
  ...FILTER,
  cursor: v.optional(change),
  limit: v.optional(whole(1, MOST_ON_A_PAGE), String(DEFAULT_ON_A_PAGE)),
});

export function readHistoryRequest(query: unknown): HistoryRequest {
  return given(parse(PAGE, query));
}

export function readSearch(query: unknown): string {
  return parse(v.object({ search: v.optional(text, '') }), query).search.trim();
}

export function readEntrySearch(query: unknown): {
  readonly search: string;
  readonly uid?: string | undefined;
} {
  const { search, uid } = parse(
    v.object({ search: v.optional(text, ''), uid: v.optional(text) }),
    query,
  );
  return { search: search.trim(), uid };
}

export function readLocale(query: unknown): string | undefined {
  return parse(v.object({ locale: v.optional(v.pipe(text, v.minLength(1))) }), query).locale;
}

export function readEntry(query: unknown): { readonly uid: string; readonly documentId: string } {
  return parse(v.object({ uid: text, documentId: text }), query);
}

/** @throws NotFoundError for what can be none */
export function readEntryPath({ uid, documentId }: AdminContext['params']): {
  readonly uid: string;
  readonly documentId: string;
} {
  if (v.is(text, uid) && v.is(text, documentId)) return { uid, documentId };
  throw new errors.NotFoundError();
}

/** @throws NotFoundError as if there were none, for what is no name of a change */
export function readChangeId(params: AdminContext['params']): string {
  const id = params['id'];
  if (!v.is(change, id)) throw new errors.NotFoundError();
  return id;
}

/** @throws ValidationError that says where, and shows nothing of what was given */
export function parse<Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = issue.path?.map(({ key }) => String(key).slice(0, 40)).join('.') ?? 'request';
  throw new errors.ValidationError(`${path}: it is not as it should be`);
}

/** Without what was not given. */
function given<T extends object>(values: { [K in keyof T]: T[K] | undefined }): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is undefined is left out
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
