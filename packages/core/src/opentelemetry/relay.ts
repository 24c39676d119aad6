import type { Meter } from '@opentelemetry/api';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

import { RELAY_CHANNEL, type RelayEvent } from '../relay/events.ts';
import { heard } from './spans.ts';

/**
 * Counts what relays do. `freshtag.relay.rows` (rows accepted), `freshtag.relay.age` (histogram, seconds:
 * from the append of the oldest row to the accepted call), `freshtag.relay.problems` (by code, and by
 * whether it waits or is parked), `freshtag.relay.batches` (ended, by state), `freshtag.relay.degraded` (by
 * step); gauges `freshtag.relay.waiting`, `freshtag.relay.parked`, and `freshtag.relay.oldest` (seconds),
 * the figure to alarm on.
 *
 * @returns what ends it
 */
export function watchRelays(meter: Meter): () => void {
  const rows = meter.createCounter('freshtag.relay.rows');
  const age = meter.createHistogram('freshtag.relay.age', { unit: 's' });
  const problems = meter.createCounter('freshtag.relay.problems');
  const batches = meter.createCounter('freshtag.relay.batches');
  const degraded = meter.createCounter('freshtag.relay.degraded');
  const waiting = meter.createGauge('freshtag.relay.waiting');
  const parked = meter.createGauge('freshtag.relay.parked');
  const oldest = meter.createGauge('freshtag.relay.oldest', { unit: 's' });

  const onEvent = heard<RelayEvent>((event) => {
    if (event.type === 'accepted') {
      rows.add(event.rows);
      if (event.oldestAgeMs !== undefined) age.record(event.oldestAgeMs / 1000);
    } else if (event.type === 'waiting' || event.type === 'parked') {
      problems.add(1, { 'error.type': event.problem.code, 'freshtag.outcome': event.type });
    } else if (event.type === 'completed') {
      batches.add(1, { 'freshtag.state': event.state });
    } else if (event.type === 'degraded') {
      degraded.add(1, { 'freshtag.step': event.step });
    } else if (event.type === 'figures') {
      waiting.record(event.statistics.waiting);
      parked.record(event.statistics.parked + event.statistics.parkedBatches);
      oldest.record(event.statistics.oldestAgeMs / 1000);
    }
  });
  subscribe(RELAY_CHANNEL, onEvent);
  return () => unsubscribe(RELAY_CHANNEL, onEvent);
}
