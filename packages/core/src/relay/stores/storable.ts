import { newChange } from '../new-change.ts';
import type { NewRow } from '../outbox.ts';

/** Longest subject, actor and reason that is kept, in characters; and longest message of a problem. */
const MAX_NOTE_LENGTH = 255;
const MAX_MESSAGE_LENGTH = 2000;

/** How long an environment may be called, so that every database can have it in an index. */
export const MAX_ENVIRONMENT_LENGTH = 64;

/** A row whose change is known. */
export interface StorableRow extends NewRow {
  readonly change: string;
}

/**
 * Rows of one append as every database can keep them: what only people read loses what some cannot store
 * (the character NUL, half characters) and is cut, so that no insert is refused for it.
 */
export function storableRows(rows: readonly NewRow[]): StorableRow[] {
  const change = newChange();
  return rows.map((row) => storableRow(row, change));
}

function storableRow(row: NewRow, change: string): StorableRow {
  return {
    domain: row.domain,
    tag: row.tag,
    force: row.force,
    subject: note(row.subject),
    actor: note(row.actor),
    reason: note(row.reason),
    change: row.change ?? change,
  };
}

/** The message of a problem, as every database can keep it. */
export function storableMessage(message: string): string {
  return storable(message, MAX_MESSAGE_LENGTH);
}

/** A subject or an actor as it was stored, so that it can be looked for. */
export function storableNote(text: string): string {
  return storable(text, MAX_NOTE_LENGTH);
}

function note(text: string | undefined): string | undefined {
  return text === undefined ? undefined : storableNote(text);
}

function storable(text: string, maxLength: number): string {
  const cut = text.length > maxLength ? text.slice(0, maxLength) : text;
  return cut.toWellFormed().replaceAll('\0', '\ufffd');
}
