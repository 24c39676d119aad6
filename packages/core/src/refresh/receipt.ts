import type { FreshtagError } from '../errors.ts';

/** What became of one call's tags. Accepted is not complete: see `waitForCompletion`. */
export type Receipt = AcceptedReceipt | RefusedReceipt | NotSentReceipt;

interface ReceiptBase {
  readonly domain: string;
  readonly tags: readonly string[];
  /** URL paths of directories, for a call that refreshes these and no tags. */
  readonly directories?: readonly string[];
  readonly force: boolean;
}

/** The cloud answered with a task. */
export interface AcceptedReceipt extends ReceiptBase {
  readonly outcome: 'accepted';
  /** When the call that was accepted was made, in milliseconds since the epoch. */
  readonly atMs: number;
  /** Calls that it took, 1 if the first was accepted. */
  readonly attempts: number;
  readonly requestId: string;
  readonly taskIds: readonly string[];
}

/** The cloud refused, or could not be reached, as often as the retry options allow. */
export interface RefusedReceipt extends ReceiptBase {
  readonly outcome: 'refused';
  /** When the last call was made. */
  readonly atMs: number;
  readonly attempts: number;
  readonly error: FreshtagError;
}

/** Not sent, because an earlier call showed that it could not pass. */
export interface NotSentReceipt extends ReceiptBase {
  readonly outcome: 'not-sent';
  /** Why the earlier call was refused. */
  readonly error: FreshtagError;
}
