import type { DatabaseSync, StatementSync } from 'node:sqlite';

import type { Body, ShelvedBody } from './body.ts';
import type { StoredResponse } from './entry.ts';
import type { Refresh } from './refresh.ts';
import type { Shelf, ShelfContent, ShelvedEntry, ShelvedHead } from './shelf.ts';

/** A layer's entries in a file of `node:sqlite`: bodies stay there until they are asked for. */
export class SqliteShelf implements Shelf {
  readonly #database: DatabaseSync;
  readonly #layer: string;
  readonly #statements: Statements;
  /** How many read a body now, and whether it goes when they are done. */
  readonly #reading = new Map<number, { readers: number; doomed: boolean }>();
  readonly #broken = new Set<number>();

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
    if (reading === undefined) {
      this.#delete(rowId);
    } else {
      reading.doomed = true;
      this.#statements.flag.run('removed', rowId);
    }
  }

  expire(rowIds: readonly number[]): void {
    this.#atOnce(() => {
      for (const rowId of rowIds) this.#statements.flag.run('expired', rowId);
    });
  }

  mark(domain: string, tags: Parameters<Shelf['mark']>[1]): void {
    this.#atOnce(() => {
      for (const { name, removedBy, expiredBy } of tags)
        this.#statements.mark.run(this.#layer, domain, name, removedBy, expiredBy);
    });
  }

  keepPending(refresh: Refresh): number {
    const { lastInsertRowid } = this.#statements.keep.run(this.#layer, JSON.stringify(refresh));
    return Number(lastInsertRowid);
  }

  removePending(rowId: number): void {
    this.#statements.removePending.run(rowId);
  }

  isBroken(rowId: number): boolean {
    return this.#broken.has(rowId);
  }

  load(): ShelfContent {
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
    const pending = this.#statements.loadPending.all(this.#layer).map((row) => ({
      rowId: Number(row['id']),
      refresh: parseRefresh(String(row['refresh'])),
    }));
    return { entries, marks, pending };
  }

  #delete(rowId: number): void {
    this.#broken.delete(rowId);
    this.#atOnce(() => {
      this.#statements.remove.run(rowId);
      this.#statements.removeChunks.run(rowId);
    });
  }

  #entryOf(row: Record<string, unknown>): ShelvedEntry {
    const rowId = Number(row['id']);
    const body = this.#bodyOf(rowId, Number(row['length_bytes']));
    // Written by this class alone: the file is an edge's, of this version.
    const head: Omit<StoredResponse, 'body'> = JSON.parse(String(row['head']));
    const tags: string[] = JSON.parse(String(row['tags']));
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
      if (reading.doomed) this.#deleteLater(rowId);
    };
    const read = (): AsyncGenerator<Buffer> => this.#read(rowId, lengthBytes, leave);
    return { lengthBytes, read, cancel: leave, leave };
  }

  /** It is flagged: where it cannot be deleted now, or the file is closed, the next start does it. */
  #deleteLater(rowId: number): void {
    try {
      this.#delete(rowId);
    } catch {}
  }

  async *#read(
    rowId: number,
    lengthBytes: number,
    leave: () => void,
  ): AsyncGenerator<Buffer, void, undefined> {
    let readBytes = 0;
    try {
      for (let number = 0; readBytes < lengthBytes; number += 1) {
        const bytes = this.#statements.chunk.get(rowId, number)?.['bytes'];
        if (!(bytes instanceof Uint8Array)) throw new Error('A stored body is damaged.');
        readBytes += bytes.byteLength;
        yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      }
    } catch (error) {
      this.#broken.add(rowId);
      throw error;
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

type Statements = ReturnType<typeof prepare>;

function prepare(database: DatabaseSync) {
  const sql = (text: string): StatementSync => database.prepare(text);
  return {
    add: sql(
      'INSERT INTO objects (layer, head, tags, stored_after, length_bytes) VALUES (?, ?, ?, ?, ?)',
    ),
    addChunk: sql('INSERT INTO chunks (object_id, number, bytes) VALUES (?, ?, ?)'),
    renew: sql('UPDATE objects SET head = ?, stored_after = ?, flag = NULL WHERE id = ?'),
    remove: sql('DELETE FROM objects WHERE id = ?'),
    removeChunks: sql('DELETE FROM chunks WHERE object_id = ?'),
    mark: sql(`INSERT INTO marks (layer, domain, tag, removed_by, expired_by) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET removed_by = excluded.removed_by, expired_by = excluded.expired_by`),
    unmark: sql('DELETE FROM marks WHERE layer = ? AND domain = ? AND tag = ?'),
    flag: sql('UPDATE objects SET flag = ? WHERE id = ?'),
    keep: sql('INSERT INTO pending (layer, refresh) VALUES (?, ?)'),
    removePending: sql('DELETE FROM pending WHERE id = ?'),
    loadPending: sql('SELECT * FROM pending WHERE layer = ? ORDER BY id'),
    load: sql('SELECT * FROM objects WHERE layer = ? ORDER BY id'),
    loadMarks: sql('SELECT * FROM marks WHERE layer = ?'),
    chunk: sql('SELECT bytes FROM chunks WHERE object_id = ? AND number = ?'),
  };
}

function parseRefresh(text: string): Refresh {
  const refresh: Refresh = JSON.parse(text);
  return refresh;
}

function markKey(domain: string, tag: string): string {
  return `${domain} ${tag}`;
}
