/**
 * What the harness sees between the processes:
 * - `call`: a worker's request has arrived, and has not been passed on to the edge's API;
 * - `answer`: the edge has performed it, and the worker does not know;
 * - `message`: a process asks its database something;
 * - `commit`: that is the end of a transaction, and the database has not heard it;
 * - `committed`: the database has answered it, and the process does not know;
 * - `write`: the log of a SQLite database has changed; by whom cannot be seen.
 */
export type MomentKind = 'call' | 'answer' | 'message' | 'commit' | 'committed' | 'write';

/** Whether what was seen may go on to where it was sent. */
export type Verdict = 'pass' | 'drop';

/** What a process asks its database. */
export interface AskedQuery {
  /** Other connections of the process have other numbers. */
  readonly connection: number;
  /** Empty where it is no statement. */
  readonly sql: string;
}

/**
 * Told of every moment as it comes; decides at once. `query` is there at `message`, `commit` and
 * `committed`.
 */
export type OnMoment = (kind: MomentKind, query?: AskedQuery) => Verdict;
