import type { CallFault, FaultKind } from './fault.ts';

interface Happened<Kind extends FaultKind> {
  /** Milliseconds since the epoch, by the edge's clock. */
  readonly at: number;
  readonly type: 'fault';
  readonly kind: Kind;
  /** The call that it happened to, like `DescribeDcdnRefreshTaskById`. */
  readonly action?: string;
}

interface ToCall {
  readonly action: string;
}

interface ToFetch {
  readonly domain: string;
  /** With the query. */
  readonly path: string;
}

type LosesAnswer = 'truncated' | 'cut' | 'silent';

/** A fault that was asked for and has happened. */
export type FaultEvent =
  | (Happened<Exclude<CallFault['kind'], LosesAnswer | 'slow'>> & ToCall)
  /** `applied`: a refresh took effect, though its answer was lost. */
  | (Happened<LosesAnswer> & ToCall & { readonly applied: boolean })
  | (Happened<'slow'> & ToCall & { readonly delayMs: number })
  | (Happened<'origin-down'> & ToFetch)
  | (Happened<'slow-fill'> & ToFetch & { readonly delayMs: number })
  /** `layer`: the cache that this task reaches later. */
  | (Happened<'lag'> & {
      readonly layer: string;
      readonly taskId: string;
      readonly delayMs: number;
    });
