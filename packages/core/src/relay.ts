export { appendTags } from './relay/append.ts';
export { newChange } from './relay/new-change.ts';
export { createKnexOutbox } from './relay/stores/knex.ts';
export { createMemoryOutbox } from './relay/stores/memory.ts';
export { createSqliteOutbox } from './relay/stores/sqlite.ts';
export { createRelay } from './relay/relay.ts';
export { createSharedPace } from './relay/shared-pace.ts';
export { quotaDayStartMs, untilQuotaDayMs } from './relay/quota-day.ts';
export { resolveRelayOptions } from './relay/options.ts';
export { RELAY_CHANNEL } from './relay/events.ts';

export type { AppendOptions } from './relay/append.ts';
export type {
  KnexDatabase,
  KnexOutboxOptions,
  KnexQueries,
  KnexTransaction,
} from './relay/stores/knex.ts';
export type { MemoryOutboxOptions } from './relay/stores/memory.ts';
export type { SqliteOutboxOptions, SqliteTransaction } from './relay/stores/sqlite.ts';
export type { Relay, RelayHealth } from './relay/relay.ts';
export type { RelayOptions } from './relay/options.ts';
export type { RelayEvent } from './relay/events.ts';
export type { Alarm, AlarmKind, AlarmOptions } from './relay/alarm.ts';
export type { BreakerOptions, CircuitName } from './relay/breaker.ts';
export type { SharedPace, SharedPaceOptions } from './relay/shared-pace.ts';
export type { LadderOptions } from './relay/ladder.ts';
export type { WindowOptions } from './relay/window.ts';
export type {
  Batch,
  BatchCall,
  BatchState,
  BatchStep,
  CarriedStore,
  ClaimedRow,
  HistoryEntry,
  HistoryQuery,
  Lease,
  NewRow,
  OutboxStatistics,
  OutboxStore,
  Probe,
  ProbePlace,
  ProbeQuery,
  Problem,
  RedriveQuery,
  Retention,
  RowState,
  Turn,
  UnprobedRow,
  UnprobedRows,
  Waiting,
} from './relay/outbox.ts';
