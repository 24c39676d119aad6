import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';

import type { OnMoment } from './moments.ts';

/** One request of a worker to the edge's API, as it came by. */
export interface SeenCall {
  readonly arrivedAtMs: number;
  readonly worker: string;
  readonly action: string;
  /** In the order in which they were sent. */
  readonly tags: readonly string[];
  readonly characters: number;
  readonly urlBytes: number;
}

/** What stands between one worker and the edge's API. */
export interface ApiGate {
  readonly url: string;
  readonly close: () => Promise<void>;
}

export async function openApiGate(
  worker: string,
  apiUrl: string,
  { onMoment, onCall }: { readonly onMoment: OnMoment; readonly onCall: (call: SeenCall) => void },
): Promise<ApiGate> {
  const server = createServer((asked, answer) => {
    // The worker may be gone at any time.
    asked.on('error', () => {});
    answer.on('error', () => {});
    if (onMoment('call') === 'drop') {
      asked.socket.destroy();
      return;
    }
    onCall(readCall(worker, asked));
    passOn(asked, answer, { apiUrl, onMoment });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function readCall(worker: string, { url = '/', headers }: IncomingMessage): SeenCall {
  const query = new URL(url, 'http://api').searchParams;
  const tags = query.get('CacheTag') ?? '';
  return {
    arrivedAtMs: Date.now(),
    worker,
    action: String(headers['x-acs-action'] ?? query.get('Action')),
    tags: tags === '' ? [] : tags.split(','),
    characters: tags.length,
    urlBytes: Buffer.byteLength(`http://${headers.host}${url}`),
  };
}

function passOn(
  asked: IncomingMessage,
  answer: ServerResponse,
  { apiUrl, onMoment }: { readonly apiUrl: string; readonly onMoment: OnMoment },
): void {
  const { method = 'POST', headers, url = '/' } = asked;
  const call = request(new URL(url, apiUrl), { method, headers, agent: false }, (response) => {
    if (onMoment('answer') === 'drop') {
      answer.destroy();
      response.resume();
      return;
    }
    answer.writeHead(response.statusCode ?? 500, response.headers);
    response.on('error', () => answer.destroy());
    response.pipe(answer);
  });
  call.on('error', () => answer.destroy());
  // A silent edge is left alone when the worker gives up; a call that was killed has still been made.
  answer.on('close', () => void setTimeout(() => call.destroy(), 100).unref());
  asked.pipe(call);
}
