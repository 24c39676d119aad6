import type { DcdnClient } from '../dcdn/client.ts';
import type { FreshtagError } from '../errors.ts';
import type { Receipt } from '../refresh/receipt.ts';
import type { PlannedCall } from '../refresh/refresh.ts';
import type { Report } from './events.ts';
import type { LadderOptions } from './ladder.ts';
import type { CarriedStore, ClaimedRow } from './outbox.ts';
import type { PackOptions } from './unite.ts';
import type { Verdict } from './verdict.ts';

/** Tags, or directories instead of them. */
type PlannedSend = PlannedCall & { readonly directories?: readonly string[] | undefined };

/** What carrying rows and batches needs. */
export interface Carrier {
  readonly store: CarriedStore;
  readonly client: DcdnClient;
  /** Makes one planned call, of tags or of directories. @returns the receipts of its parts */
  readonly send: (call: PlannedSend) => Promise<Receipt[]>;
  readonly packing: PackOptions;
  readonly ladder: LadderOptions | undefined;
  /** 1 + the layers of the edge, or 1. */
  readonly passes: number;
  readonly secondPassDelayMs: number;
  readonly pollIntervalMs: number;
  readonly settleMs: number;
  readonly completionTimeoutMs: number;
  /** Tasks that fail so often in a row park their batch. */
  readonly maxFailures: number;
  /** Why no call can pass at the moment, as far as is known. */
  readonly blocked: () => Verdict | undefined;
  /** How long to wait after a task failed so many times, in milliseconds. */
  readonly backoffMs: (failures: number) => number;
  readonly judge: (error: FreshtagError, attempts: number) => Verdict;
  /** How long ago the oldest of the rows was appended, in milliseconds. */
  readonly ageOf: (rows: readonly ClaimedRow[]) => number;
  readonly report: Report;
  /** Tells that the lease has ended before the work, and begins no more of it. */
  readonly leaseLost: () => void;
  /** Whether a call may still be begun; if not, what was claimed is given back. */
  readonly mayBegin: () => boolean;
  /** What is under way is broken off. */
  readonly signal: AbortSignal;
}
