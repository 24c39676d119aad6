import { context, metrics, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

import {
  callChannel,
  refreshChannel,
  RETRY_CHANNEL,
  type CallMessage,
  type RefreshMessage,
  type RetryMessage,
} from './channels.ts';
import { isFreshtagError } from './errors.ts';

const SCOPE = '@freshtag/core';

/** Ends what {@link enableOpenTelemetry} began. */
export interface Telemetry {
  disable(): void;
}

/**
 * Makes spans and metrics of every refresh and every call, with the providers that are registered
 * with `@opentelemetry/api`. Nothing else of this package needs that API.
 *
 * Spans: `freshtag.refresh` (`freshtag.tags`, `freshtag.domains`), `freshtag.call` (`rpc.method`,
 * `server.address`, `error.type`). Metrics: `freshtag.calls` and `freshtag.retries` (counters, by
 * action and code), `freshtag.call.duration` (histogram, seconds).
 */
export function enableOpenTelemetry(): Telemetry {
  const tracer = trace.getTracer(SCOPE);
  const meter = metrics.getMeter(SCOPE);
  const calls = meter.createCounter('freshtag.calls', { description: 'Calls of the DCDN API' });
  const retries = meter.createCounter('freshtag.retries', {
    description: 'Calls to be made again',
  });
  const duration = meter.createHistogram('freshtag.call.duration', { unit: 's' });

  const refreshSpans = new AsyncLocalStorage<Span>();
  const openRefresh = ({ tags, domains }: RefreshMessage): Span =>
    tracer.startSpan('freshtag.refresh', {
      attributes: { 'freshtag.tags': tags, 'freshtag.domains': [...domains] },
    });
  const openCall = ({ action, endpoint }: CallMessage): Span => {
    const parent = refreshSpans.getStore();
    const attributes = { 'rpc.method': action, 'server.address': endpoint };
    const within =
      parent === undefined ? context.active() : trace.setSpan(context.active(), parent);
    return tracer.startSpan('freshtag.call', { kind: SpanKind.CLIENT, attributes }, within);
  };
  const ofRefreshes = createSpans<RefreshMessage>(() => undefined);
  const ofCalls = createSpans<CallMessage>(({ action, error }, seconds) => {
    const attributes = { 'rpc.method': action, ...errorType(error) };
    calls.add(1, attributes);
    duration.record(seconds, attributes);
  });
  const onRetry = heard<RetryMessage>(({ action, code }) =>
    retries.add(1, { 'rpc.method': action, 'error.type': code }),
  );

  const onRefreshEnd = heard<RefreshMessage>((message) => ofRefreshes.end(message));
  const onCallStart = heard<CallMessage>((message) => ofCalls.start(message, openCall(message)));
  const onCallEnd = heard<CallMessage>((message) => ofCalls.end(message));

  // What runs within a refresh finds its span in the store, and so its calls become its children.
  refreshChannel.start.bindStore(refreshSpans, (message) => {
    const span = openRefresh(message);
    ofRefreshes.start(message, span);
    return span;
  });
  refreshChannel.asyncEnd.subscribe(onRefreshEnd);
  callChannel.start.subscribe(onCallStart);
  callChannel.asyncEnd.subscribe(onCallEnd);
  subscribe(RETRY_CHANNEL, onRetry);
  return {
    disable: () => {
      refreshChannel.start.unbindStore(refreshSpans);
      refreshChannel.asyncEnd.unsubscribe(onRefreshEnd);
      callChannel.start.unsubscribe(onCallStart);
      callChannel.asyncEnd.unsubscribe(onCallEnd);
      unsubscribe(RETRY_CHANNEL, onRetry);
    },
  };
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- it names what the channel carries
function heard<Message>(listen: (message: Message) => void): (message: unknown) => void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only this package publishes on its channels
  return (message) => listen(message as Message);
}

/** What a tracing channel adds to a message when its work fails. */
interface Failed {
  readonly error?: unknown;
}

interface Spans<Message extends object> {
  start(message: Message, span: Span): void;
  end(message: Message & Failed): void;
}

/** Remembers the open span of each message, and ends it with the message's outcome. */
function createSpans<Message extends object>(
  onEnd: (message: Message & Failed, seconds: number) => void,
): Spans<Message> {
  const open = new WeakMap<object, { readonly span: Span; readonly startedAtMs: number }>();
  return {
    start: (message, span) => {
      open.set(message, { span, startedAtMs: performance.now() });
    },
    end: (message) => {
      const opened = open.get(message);
      if (opened === undefined) return;
      const { error } = message;
      if (error !== undefined) opened.span.setStatus({ code: SpanStatusCode.ERROR });
      opened.span.setAttributes(errorType(error));
      opened.span.end();
      onEnd(message, (performance.now() - opened.startedAtMs) / 1000);
    },
  };
}

/** The code alone: a message could be long, and is for people. */
function errorType(error: unknown): Record<string, string> {
  if (error === undefined) return {};
  return { 'error.type': isFreshtagError(error) ? error.code : 'unknown' };
}
