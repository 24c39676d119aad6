import { metrics, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, onTestFinished, test } from 'vitest';

import { refresh } from '@freshtag/core';
import { enableOpenTelemetry } from '@freshtag/core/opentelemetry';
import { createMemoryOutbox, createRelay } from '@freshtag/core/relay';

import { serve } from './serve.ts';

let spans: InMemorySpanExporter;
let points: InMemoryMetricExporter;
let meters: MeterProvider;

beforeEach(() => {
  spans = new InMemorySpanExporter();
  trace.disable();
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }),
  );
  points = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  meters = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter: points, exportIntervalMillis: 1e6 })],
  });
  metrics.disable();
  metrics.setGlobalMeterProvider(meters);
});

afterEach(() => meters.shutdown());

async function measured(): Promise<[name: string, values: unknown[]][]> {
  await meters.forceFlush();
  return points
    .getMetrics()
    .flatMap((batch) => batch.scopeMetrics)
    .flatMap((scope) => scope.metrics)
    .map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints.map(({ value }) => value)]);
}

test('every refresh, call and retry is seen in spans and metrics, and none after it was disabled', async ({
  expect,
}) => {
  let calls = 0;
  const endpoint = await serve((_, response) => {
    calls += 1;
    if (calls === 1) response.writeHead(503).end('{"Code":"ServiceUnavailable"}');
    else response.end('{"RequestId":"R","RefreshTaskId":"1"}');
  });
  const options = {
    domain: 'www.example.com',
    endpoint,
    credentials: { accessKeyId: 'id', accessKeySecret: 'secret' },
    random: () => 0,
  };

  const telemetry = enableOpenTelemetry();
  await refresh(['a'], options);
  telemetry.disable();
  await refresh(['a'], options);

  const finished = spans.getFinishedSpans();
  expect(finished.map((span) => [span.name, span.attributes['error.type']])).toEqual([
    ['freshtag.call', 'CLOUD_BUSY'],
    ['freshtag.call', undefined],
    ['freshtag.refresh', undefined],
  ]);
  const parent = finished[2]?.spanContext().spanId;
  expect(finished.slice(0, 2).map((span) => span.parentSpanContext?.spanId)).toEqual([
    parent,
    parent,
  ]);
  expect((await measured()).map(([name, values]) => [name, values.length])).toEqual([
    ['freshtag.calls', 2],
    ['freshtag.retries', 1],
    ['freshtag.call.duration', 2],
  ]);
});

test('what relays carry, what waits and what is refused is seen in spans and metrics', async ({
  expect,
}) => {
  let calls = 0;
  const endpoint = await serve((_, response) => {
    calls += 1;
    if (calls === 1) response.writeHead(503).end('{"Code":"ServiceUnavailable"}');
    else response.end('{"RequestId":"R","RefreshTaskId":"1"}');
  });
  const telemetry = enableOpenTelemetry();
  onTestFinished(() => telemetry.disable());
  const store = createMemoryOutbox();
  const row = { domain: 'www.example.com', force: true };
  await store.append(['a', 'b', 'a'].map((tag) => ({ ...row, tag })));
  const relay = createRelay({
    store,
    endpoint,
    credentials: { accessKeyId: 'id', accessKeySecret: 'secret' },
    window: { idleMs: 0, maxMs: 0 },
    lookMs: 5,
    secondPassDelayMs: false,
    pollIntervalMs: 1,
    settleMs: 0,
    random: () => 0,
  });
  await relay.start();
  await relay.drain();
  await relay.stop();

  const finished = spans.getFinishedSpans();
  const carries = finished.filter((span) => span.name === 'freshtag.carry');
  expect(carries.map(({ attributes }) => attributes).slice(0, 2)).toEqual([
    { 'freshtag.rows': 3, 'freshtag.batches': 0 },
    { 'freshtag.rows': 3, 'freshtag.batches': 0 },
  ]);
  const first = finished.find((span) => span.name === 'freshtag.call');
  expect(first?.parentSpanContext?.spanId).toBe(carries[0]?.spanContext().spanId);
  const values = Object.fromEntries(await measured());
  expect(values).toMatchObject({
    'freshtag.relay.rows': [3],
    'freshtag.relay.problems': [1],
    'freshtag.relay.batches': [1],
    'freshtag.relay.waiting': [expect.any(Number)],
    'freshtag.relay.oldest': [expect.any(Number)],
  });
});
