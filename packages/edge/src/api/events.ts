/** One call to the API: a refresh, and what became of it. */
export interface EdgeEvent {
  /** Milliseconds since the epoch, by the edge's clock. */
  readonly at: number;
  readonly type: 'refresh';
  readonly outcome: 'accepted' | 'refused';
  /** As the caller sent it. */
  readonly domain: string;
  readonly tags: readonly string[];
  readonly force: boolean;
  /** Of an accepted refresh. */
  readonly taskId?: string;
  /** Why it was refused, in the cloud's codes. */
  readonly code?: string;
}

export interface EventLog {
  readonly list: readonly EdgeEvent[];
  add(event: EdgeEvent): void;
}

const MAX_EVENTS = 10_000;

export function createEventLog(): EventLog {
  const list: EdgeEvent[] = [];
  return {
    list,
    add: (event) => {
      list.push(event);
      if (list.length > MAX_EVENTS) list.shift();
    },
  };
}
