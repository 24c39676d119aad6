import { createHash, createHmac, randomUUID } from 'node:crypto';

import { canonicalQuery } from '@freshtag/core';
import { request } from 'undici';
import { describe, test } from 'vitest';

import { signatureV1, stringToSignV1 } from '../src/api/signature-v1.ts';
import requests from './fixtures/sdk-requests.json' with { type: 'json' };
import responses from './fixtures/responses.json' with { type: 'json' };
import { recordRequests, type RecordedRequest } from './record-sdk-requests.ts';
import { asCall, call, send } from './signed-call.ts';
import { CREDENTIALS, DOMAIN, startPlainBench, type Bench } from './support.ts';

type Texts = Readonly<Record<string, string>>;

/** What a recorded request leaves open, filled in for now. */
function fill(recorded: RecordedRequest, { edge, clock }: Bench): RecordedRequest {
  const date = `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;
  const values: Texts = {
    host: new URL(edge.apiUrl).host,
    date,
    nonce: randomUUID(),
  };
  const fillText = (text: string): string =>
    text.replace(/<(\w+)>/g, (whole, name: string) => values[name] ?? whole);
  return {
    ...recorded,
    url: fillText(recorded.url),
    headers: Object.fromEntries(
      Object.entries(recorded.headers).map(([name, value]) => [name, fillText(value)]),
    ),
    body: fillText(recorded.body),
  };
}

function sign(sent: RecordedRequest): RecordedRequest {
  const { authorization } = sent.headers;
  return authorization === undefined ? signV1(sent) : signV3(sent, authorization);
}

function signV1(sent: RecordedRequest): RecordedRequest {
  const query = sent.url.split('?')[1] ?? '';
  const parameters = Object.fromEntries(new URLSearchParams(`${query}&${sent.body}`));
  const signature = signatureV1(stringToSignV1(sent.method, parameters), 'testsecret');
  const signed = (text: string): string =>
    text.replace('<signature>', encodeURIComponent(signature));
  return { ...sent, url: signed(sent.url), body: signed(sent.body) };
}

function signV3(sent: RecordedRequest, authorization: string): RecordedRequest {
  const names = (/SignedHeaders=([^,]+)/.exec(authorization)?.[1] ?? '').split(';');
  const query = Object.fromEntries(new URLSearchParams(sent.url.split('?')[1] ?? ''));
  const canonical = [
    sent.method,
    '/',
    canonicalQuery(query),
    names.map((name) => `${name}:${sent.headers[name]}\n`).join(''),
    names.join(';'),
    sent.headers['x-acs-content-sha256'],
  ].join('\n');
  const hash = createHash('sha256').update(canonical).digest('hex');
  const mac = createHmac('sha256', CREDENTIALS.accessKeySecret);
  const signature = mac.update(`ACS3-HMAC-SHA256\n${hash}`).digest('hex');
  const headers = {
    ...sent.headers,
    authorization: authorization.replace('<signature>', signature),
  };
  return { ...sent, headers };
}

/** Names and types of a value, lists by their first item. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return [shapeOf(value[0])];
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]));
}

/** Every element with the names of those around it, in any order. */
function pathsIn(xml: string): string[] {
  const open: string[] = [];
  const paths = new Set<string>();
  for (const [, end, name = '', empty] of xml.matchAll(/<(\/)?(\w+)(\/)?>/g)) {
    if (end === undefined) paths.add([...open, name].join('/'));
    if (end === undefined && empty === undefined) open.push(name);
    else if (end !== undefined) open.pop();
  }
  return [...paths].sort();
}

describe('requests as the SDKs make them', () => {
  test('are still those that were recorded', async ({ expect }) => {
    expect(await recordRequests()).toEqual(requests.requests);
  });

  test.for(requests.requests as readonly unknown[] as readonly RecordedRequest[])(
    '$action by $sdk is understood by the edge',
    async (recorded, { expect }) => {
      const bench = await startPlainBench();
      const { method, url, headers: all, body } = sign(fill(recorded, bench));
      // The client that sends it sees to these itself.
      const { connection: _, 'content-length': __, ...headers } = all;

      const answer = await request(bench.edge.apiUrl + url, {
        method,
        headers,
        body: body === '' ? null : body,
      });

      const json = await answer.body.json();
      expect(json).not.toHaveProperty('Code');
      expect(answer.statusCode).toBe(200);
    },
  );
});

describe('answers as the documentation has them', () => {
  const QUERIES: Readonly<Record<keyof typeof responses.json, Texts>> = {
    RefreshDcdnObjectCacheByCacheTag: { DomainName: DOMAIN, CacheTag: 'a' },
    RefreshDcdnObjectCaches: { ObjectPath: `${DOMAIN}/` },
    DescribeDcdnRefreshTaskById: { TaskId: '10000000001' },
    DescribeDcdnRefreshTasks: {},
    DescribeDcdnRefreshQuota: {},
    Error: {},
  };

  /** A bench with one task. A failed one reports all fields that there are. */
  async function startWithTask(fails: boolean): Promise<Bench> {
    const bench = await startPlainBench();
    if (fails) bench.edge.injectFault({ kind: 'task-failed' });
    await call(bench, asCall('RefreshDcdnObjectCaches', { ObjectPath: `${DOMAIN}/` }));
    bench.clock.advance(1000);
    return bench;
  }

  test.for(Object.entries(responses.json))(
    '%s has the same fields of the same types in JSON',
    async ([action, documented], { expect }) => {
      const bench = await startWithTask(true);
      const query = QUERIES[action as keyof typeof QUERIES];

      const { json } = await call(bench, asCall(action, query));

      expect(shapeOf(json)).toEqual(shapeOf(documented));
    },
  );

  test.for(Object.entries(responses.xml))(
    '%s has the same elements in XML',
    async ([action, documented], { expect }) => {
      const bench = await startWithTask(documented.includes('<Description/>'));
      const query = QUERIES[action as keyof typeof QUERIES];

      const answer = await send(bench, {
        ...asCall(action, query),
        forged: { accept: 'application/xml' },
      });

      expect(pathsIn(await answer.body.text())).toEqual(pathsIn(documented));
    },
  );
});
