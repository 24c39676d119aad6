import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';

import { test } from 'vitest';

import { createDcdnClient, refresh, waitForCompletion, type Credentials } from '@freshtag/core';

import { serve } from './serve.ts';

const credentials: Credentials = {
  accessKeyId: 'LTAIcanaryid',
  accessKeySecret: 'CANARYsecret/with+signs==',
  securityToken: 'CANARYtoken/abc+def==',
};
const secrets = [credentials.accessKeySecret, credentials.securityToken ?? ''];
/** In every form in which something on the way may repeat them, and in parts that a cut would leave. */
const marks = secrets.flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  secret.slice(0, 12),
  secret.replaceAll('/', String.raw`\/`),
]);

const json = (status: number, code: string) => (response: ServerResponse, echo: string) => {
  response.writeHead(status).end(JSON.stringify({ Code: code, Message: echo, RequestId: echo }));
};

test.for<readonly [string, (response: ServerResponse, echo: string) => void]>([
  ['a wrong signature, explained with all that was signed', json(400, 'SignatureDoesNotMatch')],
  ['an unknown code', json(400, 'Some.Code')],
  [
    'a code that holds a secret',
    (response) =>
      response.writeHead(400).end(JSON.stringify({ Code: secrets[0], Message: secrets[1] })),
  ],
  [
    'HTML that repeats the request',
    (response, echo) => response.writeHead(502).end(`<html>${echo}</html>`),
  ],
  [
    'HTML with a secret where it is cut',
    (response) => response.writeHead(502).end(`${'x'.repeat(190)}${secrets[0]}`),
  ],
  [
    'XML that repeats the request',
    (response, echo) =>
      response
        .writeHead(403)
        .end(`<Error><Code>Forbidden.RAM</Code><Message>${echo}</Message></Error>`),
  ],
  [
    'JSON with escaped slashes',
    (response) =>
      response
        .writeHead(400)
        .end(`{"Code":"X","Message":"${secrets.join(' ').replaceAll('/', String.raw`\/`)}"}`),
  ],
  [
    'a percent-encoded repetition',
    (response) => response.writeHead(502).end(encodeURIComponent(secrets.join(' '))),
  ],
  ['half an answer', (response, echo) => response.writeHead(200).end(`{"RefreshTaskId": "${echo}`)],
  ['no task', (response, echo) => response.writeHead(200).end(JSON.stringify({ RequestId: echo }))],
  ['a cut connection', (response) => response.destroy()],
])('no secret comes out with %s', async ([, answer], { expect }) => {
  const endpoint = await serve((request, response) =>
    answer(response, JSON.stringify(request.headers) + secrets.join(' ')),
  );
  const client = createDcdnClient({ endpoint, credentials });
  const caught: unknown[] = [];
  const options = { domain: 'www.example.com', endpoint, credentials, retry: { maxAttempts: 1 } };
  caught.push(await client.call('Any', {}).catch((error: unknown) => error));
  caught.push(await refresh(['a'], options).catch((error: unknown) => error));
  const receipt = {
    outcome: 'accepted',
    domain: 'd',
    tags: [],
    force: true,
    atMs: 0,
    attempts: 1,
    requestId: '',
    taskIds: ['1'],
  } as const;
  caught.push(
    await waitForCompletion([receipt], { endpoint, credentials, settleMs: 0 }).catch(
      (error: unknown) => error,
    ),
  );
  for (const value of caught) {
    const shown = [
      String(value),
      JSON.stringify(value),
      inspect(value, { depth: 10, showHidden: true }),
    ].join('\n');
    expect(marks.filter((mark) => shown.includes(mark))).toEqual([]);
  }
});
