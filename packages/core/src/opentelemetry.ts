import { context, metrics, SpanKind, trace, type Span } from '@opentelemetry/api';
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

import {
  callChannel,
  carryChannel,
  refreshChannel,
  RETRY_CHANNEL,
  type CallMessage,
  type CarryMessage,
  type RefreshMessage,
  type RetryMessage,
} from './channels.ts';
import { watchRelays } from './opentelemetry/relay.ts';
import { createSpans, errorType, heard } from './opentelemetry/spans.ts';

const SCOPE = '@freshtag/core';

/** Ends what {@link enableOpenTelemetry} began. */
export interface Telemetry {
  disable(): void;
}

/**
 * Makes spans and metrics of every refresh and every call, with the providers that are registered
 * with `@opentelemetry/api`. Nothing else of this package needs that API.
 *
 * Spans: `freshtag.refresh` (`freshtag.tags`, `freshtag.domains`), `freshtag.carry` (what a relay claimed
 * together: `freshtag.rows`, `freshtag.batches`), `freshtag.call` (`rpc.method`, `server.address`,
 * `error.type`). Metrics: `freshtag.calls` and `freshtag.retries` (counters, by action and code),
 * `freshtag.call.duration` (histogram, seconds); of relays, see {@link watchRelays}.
 */
export function enableOpenTelemetry(): Telemetry {
  const tracer = trace.getTracer(SCOPE);
  const meter = metrics.getMeter(SCOPE);
  const calls = meter.createCounter('freshtag.calls', { description: 'Calls of the DCDN API' });
  const retries = meter.createCounter('freshtag.retries', {
    description: 'Calls to be made again',
  });
  const duration = meter.createHistogram('freshtag.call.duration', { unit: 's' });

  const parents = new AsyncLocalStorage<Span>();
  const openCarry = ({ rows, batches }: CarryMessage): Span =>
    tracer.startSpan('freshtag.carry', {
      attributes: { 'freshtag.rows': rows, 'freshtag.batches': batches },
    });
  const openRefresh = ({ tags, domains }: RefreshMessage): Span =>
    tracer.startSpan('freshtag.refresh', {
      attributes: { 'freshtag.tags': tags, 'freshtag.domains': [...domains] },
    });
  const openCall = ({ action, endpoint }: CallMessage): Span => {
    const parent = parents.getStore();
    const attributes = { 'rpc.method': action, 'server.address': endpoint };
    const within =
      parent === undefined ? context.active() : trace.setSpan(context.active(), parent);
    return tracer.startSpan('freshtag.call', { kind: SpanKind.CLIENT, attributes }, within);
  };
  const ofRefreshes = createSpans<RefreshMessage>(() => undefined);
  const ofCarries = createSpans<CarryMessage>(() => undefined);
  const ofCalls = createSpans<CallMessage>(({ action, error }, seconds) => {
    const attributes = { 'rpc.method': action, ...errorType(error) };
    calls.add(1, attributes);
    duration.record(seconds, attributes);
  });
  const onRetry = heard<RetryMessage>(({ action, code }) =>
    retries.add(1, { 'rpc.method': action, 'error.type': code }),
  );

  const onRefreshEnd = heard<RefreshMessage>((message) => ofRefreshes.end(message));
  const onCarryEnd = heard<CarryMessage>((message) => ofCarries.end(message));
  const onCallStart = heard<CallMessage>((message) => ofCalls.start(message, openCall(message)));
  const onCallEnd = heard<CallMessage>((message) => ofCalls.end(message));

  // What runs within a refresh or a carry finds its span in the store, and so its calls become its children.
  refreshChannel.start.bindStore(parents, (message) => {
    const span = openRefresh(message);
    ofRefreshes.start(message, span);
    return span;
  });
  carryChannel.start.bindStore(parents, (message) => {
    const span = openCarry(message);
    ofCarries.start(message, span);
    return span;
  });
  refreshChannel.asyncEnd.subscribe(onRefreshEnd);
  carryChannel.asyncEnd.subscribe(onCarryEnd);
  callChannel.start.subscribe(onCallStart);
  callChannel.asyncEnd.subscribe(onCallEnd);
  subscribe(RETRY_CHANNEL, onRetry);
  const stopWatching = watchRelays(meter);
  return {
    disable: () => {
      refreshChannel.start.unbindStore(parents);
      carryChannel.start.unbindStore(parents);
      refreshChannel.asyncEnd.unsubscribe(onRefreshEnd);
      carryChannel.asyncEnd.unsubscribe(onCarryEnd);
      callChannel.start.unsubscribe(onCallStart);
      callChannel.asyncEnd.unsubscribe(onCallEnd);
      unsubscribe(RETRY_CHANNEL, onRetry);
      stopWatching();
    },
  };
}
