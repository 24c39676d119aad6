/**
 * What a store of the relay keeps, and what it can do with it.
 *
 * A *row* says that one tag must be refreshed for one domain. It is appended in the transaction that
 * changed the content, claimed by a relay, and ends up in a *batch*: the tags that travelled in one
 * call. Rows are never united or removed before that; a batch goes through the passes, and what becomes
 * of it has become of its rows.
 */

/** One tag to refresh, as it is appended. Checked before: see `appendTags`. */
export interface NewRow {
  readonly domain: string;
  readonly tag: string;
  readonly force: boolean;
  /** What changed, for the history: an entry, for example. */
  readonly subject?: string | undefined;
  /** Who changed it. */
  readonly actor?: string | undefined;
  /** How: `publish`, `delete` … */
  readonly reason?: string | undefined;
  /**
   * The change that made it necessary: rows with the same are one, in whatever environments. Made by
   * `newChange`, so that later ones are higher. Default: one for all rows of an append.
   */
  readonly change?: string | undefined;
}

/** A row that a relay has claimed. */
export interface ClaimedRow {
  /** Number of the row: later rows have higher ones. */
  readonly id: number;
  readonly domain: string;
  readonly tag: string;
  readonly force: boolean;
  readonly appendedAtMs: number;
  /** How often its call failed. */
  readonly attempts: number;
}

/**
 * Where a batch is on its way.
 * - `passing`: the call of its next pass is to be made when its hold ends.
 * - `completing`: its last call was accepted; the cloud is asked how its tasks end.
 * - `complete`: every pass was made, and the cloud reported the end of every task.
 * - `settled`: every pass was made; the cloud reported nothing of a task, and the settling time stands in.
 * - `parked`: it cannot pass until a person mends something; see `problem`.
 * - `discarded`: it was parked, and a person gave it up.
 */
export type BatchState = 'passing' | 'completing' | 'complete' | 'settled' | 'parked' | 'discarded';

/** One call of a batch that was accepted, and how it ended. */
export interface BatchCall {
  readonly pass: number;
  readonly atMs: number;
  readonly requestId: string;
  readonly taskIds: readonly string[];
  /** How long its end was waited for, in milliseconds, by the waits between two questions. */
  readonly waitedMs: number;
  readonly ending?: 'complete' | 'settled' | 'failed' | 'unfinished' | undefined;
}

/** Why something waits or is parked, for a person. Never a secret. */
export interface Problem {
  /** An {@link ErrorCode}. */
  readonly code: string;
  readonly message: string;
}

/** The tags of one accepted call, from there to the end of its last pass. */
export interface Batch {
  /** Made by the relay: unique everywhere. */
  readonly id: string;
  readonly domain: string;
  readonly force: boolean;
  readonly tags: readonly string[];
  /** URL paths of directories that were refreshed instead of tags, to need fewer calls. */
  readonly directories?: readonly string[] | undefined;
  readonly state: BatchState;
  /** The pass that is to be made, or whose tasks are asked for; 1 is the first. */
  readonly pass: number;
  /** How often in a row its call or its tasks failed. */
  readonly attempts: number;
  /** Oldest first. */
  readonly calls: readonly BatchCall[];
  readonly problem?: Problem | undefined;
}

/** What a relay holds rows or batches by. Whoever comes with another holder can change nothing of them. */
export interface Lease {
  /** Unique for each claim. */
  readonly holder: string;
  /** So long after the claim, or the last `extend`, others may claim them. */
  readonly leaseMs: number;
}

/** What could be claimed now, for the window. */
export interface Waiting {
  /** Rows that nobody holds and that wait for no time. No more than the 10,000 oldest are counted. */
  readonly rows: number;
  /**
   * How long ago the oldest and the newest of those counted were appended, by the store's clock; after
   * it was set back, how far off that is.
   */
  readonly oldestAgeMs: number;
  readonly newestAgeMs: number;
}

export interface OutboxStatistics {
  /** Rows not yet accepted, the parked ones not among them. */
  readonly waiting: number;
  readonly parked: number;
  /** Batches whose passes are not over. */
  readonly batches: number;
  readonly parkedBatches: number;
  /** Age of the oldest row that is not accepted and not parked: the figure to alarm on. 0 if none. */
  readonly oldestAgeMs: number;
  /** Of what is parked or waits after a failure, the newest reason. */
  readonly problem?: Problem | undefined;
}

/**
 * What became of a row.
 * - `waiting`: for its window, its turn, or the next attempt.
 * - `parked`: refused; see `problem`.
 * - or the state of its batch.
 */
export type RowState = 'waiting' | BatchState;

/** What came of looking whether the edge serves the new content. */
export interface Probe {
  readonly atMs: number;
  /** Whether the edge was seen to serve it. */
  readonly verified: boolean;
  /** Why it was not, for a person. Never a secret. */
  readonly problem?: string | undefined;
}

/** A row and what became of it. */
export interface HistoryEntry extends NewRow {
  readonly id: number;
  readonly change: string;
  readonly appendedAtMs: number;
  readonly state: RowState;
  readonly attempts: number;
  readonly problem?: Problem | undefined;
  /** The batch that it travels in, without its tags. */
  readonly batch?: Omit<Batch, 'tags' | 'domain' | 'force'> | undefined;
  /** The newest one. None: nobody looked, or there was nothing to look at. */
  readonly probe?: Probe | undefined;
}

/** Which of the rows that ended are to be probed. */
export interface ProbeQuery {
  /** What the subject begins with: one of these. */
  readonly subjects: readonly string[];
  /** Rows that ended longer ago are left out, in milliseconds. */
  readonly maxAgeMs: number;
  /** `next` of the page before. */
  readonly after?: ProbePlace | undefined;
}

/** A batch that ended, by its place among all that did. */
export interface ProbePlace {
  readonly endedAtMs: number;
  readonly number: number;
}

/** Rows of some batches that ended one after the other. */
export interface UnprobedRows {
  readonly rows: readonly UnprobedRow[];
  /** The last of these batches; if there are none, the `after` that was given. */
  readonly next: ProbePlace | undefined;
}

/** A row that ended and was not probed. */
export interface UnprobedRow {
  readonly id: number;
  readonly domain: string;
  readonly tag: string;
  readonly subject: string;
}

/** Which rows of the history; all that are given must hold. */
export interface HistoryQuery {
  readonly domain?: string;
  readonly tag?: string;
  readonly subject?: string;
  readonly actor?: string;
  readonly state?: RowState;
  /** That have a problem (`true`), or none. */
  readonly hasProblem?: boolean;
  /** Of which the newest probe saw that the edge serves the new content (`true`), or did not see it. */
  readonly verified?: boolean;
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** Rows of these changes. */
  readonly changes?: readonly string[];
  /** Rows of changes before this one. */
  readonly beforeChange?: string;
  /** Rows that come after this one, which is the last of the page before; none once it is removed. */
  readonly beforeId?: number;
  /** Most rows. Default 100, at most 1,000. Newest change first, and of a change the newest row. */
  readonly limit?: number;
}

/** What has ended is kept so long, and so many rows of it. */
export interface Retention {
  readonly maxAgeMs: number;
  readonly maxRows: number;
}

/** What to do with rows or batches that were parked. */
export interface RedriveQuery {
  readonly domain?: string;
  readonly tag?: string;
  /** Of which there is a row. */
  readonly change?: string;
  /** Of the problem. */
  readonly code?: string;
}

/** What a step of a batch changes. */
export interface BatchStep {
  readonly state: BatchState;
  readonly pass: number;
  readonly attempts: number;
  readonly calls: readonly BatchCall[];
  /** Nobody claims it before so much time has passed. 0 for a state that is an end. */
  readonly waitMs: number;
  readonly problem?: Problem | undefined;
}

/** A turn to make one call. */
export type Turn =
  /** `slot`: what `endTurn` is told. A slot goes by another number with each turn. */
  | { readonly granted: true; readonly slot: number }
  | { readonly granted: false; readonly waitMs: number };

/**
 * A store of rows and batches, of one environment: it neither sees nor changes what another has in the
 * same place. Every method is one transaction of its own, but `append` where it is given the caller's,
 * and `extend`, `redrive` and `prune`, of which a part may be done when they fail. Times are those of
 * the store, not of the machine that calls it, so that relays on several machines agree; a hold is in
 * force only while the clock is between its begin and its end, so that a clock that jumps can make work
 * begin early, never late.
 *
 * `stateStoreCases`' sister `outboxStoreCases` of `@freshtag/core/testing` checks all that is said here.
 *
 * @typeParam Transaction what `append` can join; `never` for a store that has none
 */
export interface OutboxStore<Transaction = never> {
  /** For people: `SQLite outbox.db`, `PostgreSQL`. Without address and secret. */
  readonly name: string;

  /**
   * Makes the tables, or brings them up to date. Safe when several processes do it at once.
   * @throws FreshtagError `OUTBOX_NEWER` for tables of a newer release, which are left as they are
   */
  migrate(): Promise<void>;

  /**
   * Appends rows with one insert, which waits for no other writer and which no constraint refuses: in
   * the transaction if one is given, else in one of its own.
   * @throws FreshtagError `OUTBOX_UNAVAILABLE`, `OUTBOX_REFUSED` (a transaction that has ended, a full
   *   disk, a database that may only be read); nothing was appended
   */
  append(rows: readonly NewRow[], transaction?: Transaction): Promise<void>;

  /** What could be claimed now. */
  waiting(): Promise<Waiting>;

  /**
   * Holds the oldest rows that wait, parked and held ones not among them. Of two claims at once, one
   * may get all and the other none; none waits for the other, and no row is in both.
   * @returns oldest first
   */
  claim(lease: Lease & { readonly limit: number }): Promise<ClaimedRow[]>;

  /** Holds the batches that are due, in the same way; those that wait longest first. */
  claimBatches(lease: Lease & { readonly limit: number }): Promise<Batch[]>;

  /**
   * Holds longer what the holder holds.
   * @returns how many rows and batches that still is
   */
  extend(lease: Lease): Promise<number>;

  /**
   * Puts rows into the batch of the call that was accepted for them. Rows that the holder has lost are
   * left alone; if it has lost all, there is no batch.
   * @param waitMs until the batch is due
   * @returns how many rows were put
   */
  accept(
    holder: string,
    rowIds: readonly number[],
    batch: Batch & { readonly waitMs: number },
  ): Promise<number>;

  /**
   * Gives rows back, to be claimed again after `waitMs`.
   * @param failed whether their call failed, which is counted; else `problem` says why they wait
   * @returns how many the holder still held
   */
  failUntil(
    holder: string,
    rowIds: readonly number[],
    failure: {
      readonly waitMs: number;
      readonly failed: boolean;
      readonly problem?: Problem | undefined;
    },
  ): Promise<number>;

  /** Parks rows: they are claimed no more until they are redriven. @returns how many */
  park(holder: string, rowIds: readonly number[], problem: Problem): Promise<number>;

  /**
   * Takes a batch a step further, and gives it back. @returns whether the holder still held it
   */
  step(holder: string, batchId: string, step: BatchStep): Promise<boolean>;

  /**
   * Lets rows and batches that are parked, or that wait for a later attempt after a problem, be claimed
   * at once, with their attempts counted anew.
   * @returns how many rows and batches
   */
  redrive(query?: RedriveQuery): Promise<number>;

  /**
   * Gives up what is parked of a change: its rows are carried no more. Those of other changes that were to
   * travel in the same call stay parked.
   * @returns how many rows
   */
  discard(change: string): Promise<number>;

  statistics(): Promise<OutboxStatistics>;

  /** Calls of all batches that were accepted since then, in no order. */
  callsSince(sinceMs: number): Promise<Pick<BatchCall, 'atMs' | 'ending'>[]>;

  /**
   * Who changed something: the actors of all rows there are, each once, in no order. No more than 1,000 of
   * them: which those are, where there are more, is not said.
   */
  actors(): Promise<string[]>;

  /** Newest change first. */
  history(query?: HistoryQuery): Promise<HistoryEntry[]>;

  /**
   * Rows that nobody has probed, of batches that are complete or settled: a page of those batches that
   * ended first. What ended less than two seconds ago comes later, so that pages that follow each other
   * have every row once.
   */
  unprobed(query: ProbeQuery): Promise<UnprobedRows>;

  /**
   * Notes that it was looked whether the edge serves what rows are for.
   * @param problem why that was not seen; without one, it was: the rows are verified
   * @returns how many rows there were
   */
  noteProbe(rowIds: readonly number[], problem?: string): Promise<number>;

  /**
   * Removes batches that ended longer ago than allowed, with their rows, and of the others the oldest
   * until no more rows are left than allowed; never what waits, is under way, or is parked. It locks
   * little at a time.
   * @returns how many rows
   */
  prune(retention: Retention): Promise<number>;

  /**
   * A turn for one call to the cloud, of `slots` that all relays of an account share, whatever their
   * environment. A slot is free again `restMs` after `endTurn`, or `longestMs` after its turn if that
   * never comes.
   */
  takeTurn(
    account: string,
    options: { readonly slots: number; readonly longestMs: number },
  ): Promise<Turn>;

  /**
   * Ends a turn when the answer has come: its slot is held for `restMs` more. If another has the slot by
   * now, nothing is changed.
   */
  endTurn(account: string, slot: number, restMs: number): Promise<void>;

  /** Ends what the store itself opened; not a connection that it was given. */
  close(): Promise<void>;
}

/** What a relay needs of a store: it appends nothing. */
export type CarriedStore = Omit<OutboxStore, 'append'>;
