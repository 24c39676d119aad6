import {
  context,
  metrics,
  SpanKind,
  trace,
  type Meter,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe, type TracingChannel } from 'node:diagnostics_channel';

import {
  callChannel,
  carryChannel,
  refreshChannel,
  RETRY_CHANNEL,
  type CallMessage,
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
  const parents = new AsyncLocalStorage<Span>();
  const ends = [
    openSpans(refreshChannel, parents, ({ tags, domains }) =>
      tracer.startSpan('freshtag.refresh', {
        attributes: { 'freshtag.tags': tags, 'freshtag.domains': [...domains] },
      }),
    ),
    openSpans(carryChannel, parents, ({ rows, batches }) =>
      tracer.startSpan('freshtag.carry', {
        attributes: { 'freshtag.rows': rows, 'freshtag.batches': batches },
      }),
    ),
    watchCalls(tracer, meter, parents),
    watchRelays(meter),
  ];
  return {
    disable: () => {
      for (const end of ends) end();
    },
  };
}

/** What runs within such a message finds its span in the store, and so its calls become its children. */
function openSpans<Message extends object>(
  { start, asyncEnd }: TracingChannel<unknown, Message>,
  parents: AsyncLocalStorage<Span>,
  open: (message: Message) => Span,
): () => void {
  const spans = createSpans<Message>(() => undefined);
  const onEnd = heard<Message>((message) => spans.end(message));
  start.bindStore(parents, (message) => {
    const span = open(message);
    spans.start(message, span);
    return span;
  });
  asyncEnd.subscribe(onEnd);
  return () => {
    start.unbindStore(parents);
    asyncEnd.unsubscribe(onEnd);
  };
}

function watchCalls(tracer: Tracer, meter: Meter, parents: AsyncLocalStorage<Span>): () => void {
  const calls = meter.createCounter('freshtag.calls', { description: 'Calls of the DCDN API' });
  const retries = meter.createCounter('freshtag.retries', {
    description: 'Calls to be made again',
  });
  const duration = meter.createHistogram('freshtag.call.duration', { unit: 's' });
  const spans = createSpans<CallMessage>(({ action, error }, seconds) => {
    const attributes = { 'rpc.method': action, ...errorType(error) };
    calls.add(1, attributes);
    duration.record(seconds, attributes);
  });
  const onStart = heard<CallMessage>((message) => {
    const { action, endpoint } = message;
    const parent = parents.getStore();
    const attributes = { 'rpc.method': action, 'server.address': endpoint };
    const within =
      parent === undefined ? context.active() : trace.setSpan(context.active(), parent);
    const kind = SpanKind.CLIENT;
    spans.start(message, tracer.startSpan('freshtag.call', { kind, attributes }, within));
  });
  const onEnd = heard<CallMessage>((message) => spans.end(message));
  const onRetry = heard<RetryMessage>(({ action, code }) =>
    retries.add(1, { 'rpc.method': action, 'error.type': code }),
  );
  callChannel.start.subscribe(onStart);
  callChannel.asyncEnd.subscribe(onEnd);
  subscribe(RETRY_CHANNEL, onRetry);
  return () => {
    callChannel.start.unsubscribe(onStart);
    callChannel.asyncEnd.unsubscribe(onEnd);
    unsubscribe(RETRY_CHANNEL, onRetry);
  };
}
