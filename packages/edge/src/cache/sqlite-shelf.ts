import type { DatabaseSync, StatementSync } from 'node:sqlite';

import type { Body, ShelvedBody } from './body.ts';
import type { StoredResponse } from './entry.ts';
import type { Shelf, ShelvedEntry, ShelvedHead } from './shelf.ts';

/** A layer's entries in a file of `node:sqlite`: bodies stay there until they are asked for. */
export class SqliteShelf implements Shelf {
  readonly #database: DatabaseSync;
  readonly #layer: string;
  readonly #statements: Statements;
  /** How many read a body now, and whether it goes when they are done. */
  readonly #reading = new Map<number, { readers: number; doomed: boolean }>();

  constructor(database: DatabaseSync, layer: string) {
    this.#database = database;
    this.#layer = layer;
    this.#statements = prepare(database);
  }

  add(
    { response, storedAfter, tags }: ShelvedHead & { readonly tags: readonly string[] },
    chunks: readonly Buffer[],
  ): { readonly rowId: number; readonly body: ShelvedBody } {
    const lengthBytes = chunks.reduce((sum, { length }) => sum + length, 0);
    const head = JSON.stringify(response);
    return this.#atOnce(() => {
      const { lastInsertRowid } = this.#statements.add.run(
        this.#layer,
        head,
        JSON.stringify(tags),
        storedAfter,
        lengthBytes,
      );
      const rowId = Number(lastInsertRowid);
      for (const [number, bytes] of chunks.entries())
        this.#statements.addChunk.run(rowId, number, bytes);
      return { rowId, body: this.#bodyOf(rowId, lengthBytes) };
    });
  }

  renew(rowId: number, { response, storedAfter }: ShelvedHead): void {
    this.#statements.renew.run(JSON.stringify(response), storedAfter, rowId);
  }

  remove(rowId: number): void {
    const reading = this.#reading.get(rowId);
    if (reading !== undefined) {
      reading.doomed = true;
      this.flag([rowId], true);
      return;
    }
    this.#atOnce(() => {
      this.#statements.remove.run(rowId);
      this.#statements.removeChunks.run(rowId);
    });
  }

  mark(domain: string, tags: Parameters<Shelf['mark']>[1]): void {
    this.#atOnce(() => {
      for (const { name, removedBy, expiredBy } of tags)
        this.#statements.mark.run(this.#layer, domain, name, removedBy, expiredBy);
    });
  }

  flag(rowIds: readonly number[], force: boolean): void {
    this.#atOnce(() => {
      for (const rowId of rowIds) this.#statements.flag.run(force ? 'removed' : 'expired', rowId);
    });
  }

  load(): ReturnType<Shelf['load']> {
    this.#database.prepare("DELETE FROM objects WHERE flag = 'removed'").run();
    this.#database.exec('DELETE FROM chunks WHERE object_id NOT IN (SELECT id FROM objects)');
    const entries = this.#statements.load.all(this.#layer).map((row) => this.#entryOf(row));
    const carried = new Set(
      entries.flatMap(({ response, tags }) => tags.map((tag) => markKey(response.domain, tag))),
    );
    const marks = this.#statements.loadMarks.all(this.#layer).map((row) => ({
      domain: String(row['domain']),
      name: String(row['tag']),
      removedBy: Number(row['removed_by']),
      expiredBy: Number(row['expired_by']),
    }));
    for (const { domain, name } of marks)
      if (!carried.has(markKey(domain, name)))
        this.#statements.unmark.run(this.#layer, domain, name);
    return { entries, marks };
  }

  #entryOf(row: Record<string, unknown>): ShelvedEntry {
    const rowId = Number(row['id']);
    const body = this.#bodyOf(rowId, Number(row['length_bytes']));
    // Written by this class alone: the file is an edge's, of this version.
    const head = JSON.parse(String(row['head'])) as Omit<StoredResponse, 'body'>;
    const tags = JSON.parse(String(row['tags'])) as string[];
    return {
      rowId,
      response: { ...head, body },
      tags,
      storedAfter: Number(row['stored_after']),
      expired: row['flag'] === 'expired',
    };
  }

  #bodyOf(rowId: number, lengthBytes: number): ShelvedBody {
    return { lengthBytes, open: () => this.#open(rowId, lengthBytes) };
  }

  #open(rowId: number, lengthBytes: number): Body {
    const reading = this.#reading.get(rowId) ?? { readers: 0, doomed: false };
    reading.readers += 1;
    this.#reading.set(rowId, reading);
    let open = true;
    const leave = (): void => {
      if (!open) return;
      open = false;
      reading.readers -= 1;
      if (reading.readers > 0) return;
      this.#reading.delete(rowId);
      if (reading.doomed) this.remove(rowId);
    };
    return { lengthBytes, read: () => this.#read(rowId, leave), cancel: leave, leave };
  }

  async *#read(rowId: number, leave: () => void): AsyncGenerator<Buffer> {
    try {
      for (let number = 0; ; number += 1) {
        const bytes = this.#statements.chunk.get(rowId, number)?.['bytes'];
        if (!(bytes instanceof Uint8Array)) return;
        yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      }
    } finally {
      leave();
    }
  }

  #atOnce<T>(run: () => T): T {
    this.#database.exec('BEGIN');
    try {
      const result = run();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk may have ended the transaction already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

type Statements = Readonly<Record<keyof typeof SQL, StatementSync>>;

const SQL = {
  add: 'INSERT INTO objects (layer, head, tags, stored_after, length_bytes) VALUES (?, ?, ?, ?, ?)',
  addChunk: 'INSERT INTO chunks (object_id, number, bytes) VALUES (?, ?, ?)',
  renew: 'UPDATE objects SET head = ?, stored_after = ?, flag = NULL WHERE id = ?',
  remove: 'DELETE FROM objects WHERE id = ?',
  removeChunks: 'DELETE FROM chunks WHERE object_id = ?',
  mark: `INSERT INTO marks (layer, domain, tag, removed_by, expired_by) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET removed_by = excluded.removed_by, expired_by = excluded.expired_by`,
  unmark: 'DELETE FROM marks WHERE layer = ? AND domain = ? AND tag = ?',
  flag: 'UPDATE objects SET flag = ? WHERE id = ?',
  load: 'SELECT * FROM objects WHERE layer = ? ORDER BY id',
  loadMarks: 'SELECT * FROM marks WHERE layer = ?',
  chunk: 'SELECT bytes FROM chunks WHERE object_id = ? AND number = ?',
} as const;

function prepare(database: DatabaseSync): Statements {
  const entries = Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)]);
  return Object.fromEntries(entries) as Statements;
}

function markKey(domain: string, tag: string): string {
  return `${domain} ${tag}`;
}
