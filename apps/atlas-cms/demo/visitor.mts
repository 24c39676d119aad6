// A visitor: asks servers, and keeps what came. Imports nothing of freshtag, so that it cannot share its
// mistakes.
import { Agent, request } from 'node:http';

export interface Server {
  readonly url: string;
  /** Headers of every request, such as those that choose the domain and the point of presence. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly cacheTag: string;
  /** A point of presence had it stored. */
  readonly isHit: boolean;
}

const agent = new Agent({ keepAlive: true, maxSockets: 8 });

export async function ask(server: Server, path: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const outgoing = request(new URL(path, server.url), { agent, headers: server.headers });
  outgoing.on('error', reject);
  outgoing.on('response', (response) => {
    const { statusCode = 0, headers } = response;
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      body += text;
    });
    response.on('error', reject);
    response.on('end', () => {
      const cacheTag = String(headers['cache-tag'] ?? '');
      const isHit = String(headers['x-cache'] ?? '').startsWith('HIT');
      resolve({ status: statusCode, body, cacheTag, isHit });
    });
  });
  outgoing.end();
  return promise;
}

/** Whether two answers are the same to a visitor, and to whoever refreshes by tag later. */
export function isSame(one: Answer | undefined, other: Answer | undefined): boolean {
  return (
    one !== undefined &&
    one.status === other?.status &&
    one.body === other.body &&
    one.cacheTag === other.cacheTag
  );
}

export function hangUp(): void {
  agent.destroy();
}
