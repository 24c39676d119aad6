// Records how Alibaba Cloud's SDKs put each call on the wire.
// usage: node packages/edge/test/record-sdk-requests.ts   writes test/fixtures/sdk-requests.json
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { SDK_NAMES, SDKS, type SdkName } from './sdk-clients.ts';

/** What a call says, with names for what is another at every call: `<nonce>`. */
export interface RecordedRequest {
  readonly sdk: SdkName;
  readonly action: string;
  readonly method: string;
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface RecordedRequests {
  readonly recordedAt: string;
  readonly source: string;
  readonly requests: readonly RecordedRequest[];
}

const CALLS = {
  RefreshDcdnObjectCacheByCacheTag: {
    DomainName: 'www.example.com',
    CacheTag: "a b*c~d'(e)!/é标,plain",
    Force: true,
  },
  RefreshDcdnObjectCaches: {
    ObjectPath: 'http://www.example.com/a?b=c&d=e%20f\nhttp://www.example.com/d',
    ObjectType: 'File',
    Force: false,
  },
  DescribeDcdnRefreshTaskById: { TaskId: '10000000001,10000000002' },
  DescribeDcdnRefreshTasks: { ObjectType: 'file', DomainName: 'www.example.com', PageSize: '50' },
  DescribeDcdnRefreshQuota: {},
};

/** Makes each call with each SDK, against a server that says yes to everything. */
export async function recordRequests(): Promise<readonly RecordedRequest[]> {
  const received: Omit<RecordedRequest, 'sdk' | 'action'>[] = [];
  const server = createServer((request, response) => {
    void scrub(request).then((recorded) => {
      received.push(recorded);
      return response
        .writeHead(200, { 'content-type': 'application/json' })
        .end('{"RequestId":"0"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const key = { accessKeyId: 'testid', accessKeySecret: 'testsecret' };
  const requests: RecordedRequest[] = [];
  for (const sdk of SDK_NAMES) {
    for (const [action, parameters] of Object.entries(CALLS)) {
      await SDKS[sdk](endpoint, key)(action, parameters);
      requests.push(...received.splice(0).map((request) => ({ sdk, action, ...request })));
    }
  }
  server.closeAllConnections();
  server.close();
  return requests;
}

// What a call has anew each time, and what tells of the machine that recorded it.
const VOLATILE_HEADERS: Readonly<Record<string, string>> = {
  host: '<host>',
  'x-acs-date': '<date>',
  'x-acs-signature-nonce': '<nonce>',
  'user-agent': '<user agent>',
  'x-sdk-client': '<client>',
};

async function scrub(request: IncomingMessage): Promise<Omit<RecordedRequest, 'sdk' | 'action'>> {
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    VOLATILE_HEADERS[name] ?? String(value).replace(/Signature=.*/, 'Signature=<signature>'),
  ]);
  return {
    method: request.method ?? '',
    url: scrubParameters(request.url ?? ''),
    headers: withoutLength(Object.fromEntries(headers) as Record<string, string>),
    body: scrubParameters(await text(request)),
  };
}

// The escapes of a signature are more or fewer each time.
function withoutLength(headers: Record<string, string>): Record<string, string> {
  return Number(headers['content-length'] ?? 0) > 0
    ? { ...headers, 'content-length': '<length>' }
    : headers;
}

function scrubParameters(parameters: string): string {
  return parameters
    .replace(/\b(SignatureNonce)=[^&]*/, '$1=<nonce>')
    .replace(/\b(Timestamp)=[^&]*/, '$1=<date>')
    .replace(/\b(Signature)=[^&]*/, '$1=<signature>');
}

if (import.meta.main) {
  const recorded: RecordedRequests = {
    recordedAt: new Date().toISOString().slice(0, 10),
    source:
      'The SDKs named, as the npm registry has them, called by test/record-sdk-requests.ts against a server of its own.',
    requests: await recordRequests(),
  };
  const file = new URL('fixtures/sdk-requests.json', import.meta.url);
  await writeFile(file, `${JSON.stringify(recorded, undefined, 2)}\n`);
}
