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
import { onTestFinished, test } from 'vitest';

import { refresh } from '@freshtag/core';
import { enableOpenTelemetry } from '@freshtag/core/opentelemetry';

import { serve } from './serve.ts';

test('every refresh, call and retry is seen in spans and metrics, and none after it was disabled', async ({
  expect,
}) => {
  const spans = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }),
  );
  const points = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const meters = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter: points, exportIntervalMillis: 1e6 })],
  });
  metrics.setGlobalMeterProvider(meters);
  let calls = 0;
  const endpoint = await serve((_, response) => {
    calls += 1;
    if (calls === 1) response.writeHead(503).end('{"Code":"ServiceUnavailable"}');
    else response.end('{"RequestId":"R","RefreshTaskId":"1"}');
  });
  onTestFinished(() => meters.shutdown());
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
  await meters.forceFlush();
  const names = points
    .getMetrics()
    .flatMap((batch) => batch.scopeMetrics)
    .flatMap((scope) => scope.metrics);
  expect(names.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints.length])).toEqual([
    ['freshtag.calls', 2],
    ['freshtag.retries', 1],
    ['freshtag.call.duration', 2],
  ]);
});
