import type { Clock } from '@freshtag/core';

import type { EntryStore } from './entry-store.ts';
import type { EffectEvent } from '../events.ts';
import type { Refresh } from './refresh.ts';

export interface PropagationOptions {
  readonly name: string;
  readonly propagationDelayMs: number;
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Pick<EntryStore, 'announce' | 'refresh'>;
  readonly onEvent: (event: EffectEvent) => void;
}

interface PendingRefresh {
  readonly refresh: Refresh;
  readonly dueAtMs: number;
  /** Where the store keeps it until then. */
  readonly rowId: number;
}

/**
 * Refreshes on their way to a layer. They need no timer: whoever looks at the store has those take
 * effect first that are due by then, in their order.
 */
export class Propagation {
  readonly #options: PropagationOptions;
  #pending: PendingRefresh[] = [];
  #nextDueAtMs = Infinity;

  constructor(options: PropagationOptions) {
    this.#options = options;
  }

  /** Those that are still to take effect, in the order in which they were asked for. */
  get pending(): readonly { readonly taskId: string; readonly dueAtMs: number }[] {
    return this.#pending.map(({ refresh: { taskId }, dueAtMs }) => ({ taskId, dueAtMs }));
  }

  /** @returns when it takes effect */
  add(refresh: Refresh, acceptedAtMs: number): number {
    this.catchUp();
    const dueAtMs = acceptedAtMs + this.#options.propagationDelayMs;
    const rowId = this.#options.store.announce(refresh);
    this.#pending.push({ refresh, dueAtMs, rowId });
    this.#nextDueAtMs = Math.min(this.#nextDueAtMs, dueAtMs);
    return dueAtMs;
  }

  catchUp(): void {
    const nowMs = this.#options.clock.now();
    if (nowMs < this.#nextDueAtMs) return;
    const due = this.#pending.filter(({ dueAtMs }) => dueAtMs <= nowMs);
    this.#pending = this.#pending.filter(({ dueAtMs }) => dueAtMs > nowMs);
    this.#nextDueAtMs = this.#pending.reduce(
      (least, { dueAtMs }) => Math.min(least, dueAtMs),
      Infinity,
    );
    for (const { refresh, dueAtMs, rowId } of due.toSorted((a, b) => a.dueAtMs - b.dueAtMs)) {
      const objects = this.#options.store.refresh(refresh, rowId);
      const { name: layer } = this.#options;
      this.#options.onEvent({
        at: dueAtMs,
        type: 'effect',
        layer,
        taskId: refresh.taskId,
        objects,
      });
    }
  }
}
