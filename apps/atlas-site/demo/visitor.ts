// A visitor and an auditor in one: asks servers for pages and compares bytes. Imports nothing of
// freshtag, so that it cannot share its mistakes.
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { Agent, request } from 'node:http';

/** What a visitor got. */
export interface Answer {
  readonly status: number;
  /** SHA-256 of the body, hexadecimal. */
  readonly body: string;
  readonly cacheTag: string;
  /** `HIT` if the point of presence had it stored. */
  readonly cache: string;
}

export interface Server {
  readonly url: string;
  /** Headers of every request, such as the one that chooses the point of presence. */
  readonly headers: Readonly<Record<string, string>>;
}

const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/** URL paths of all pages in a folder of built files. */
export function listPages(dir: string): string[] {
  const found = readdirSync(dir, { recursive: true, encoding: 'utf8' });
  const files = found.map((file) => file.replaceAll('\\', '/'));
  const pages = files.filter((file) => file.endsWith('.html')).map((file) => `/${file}`);
  return pages.map((path) => path.replace(/\/index\.html$/, '/')).toSorted();
}

export async function ask(server: Server, path: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const outgoing = request(new URL(path, server.url), { agent, headers: server.headers });
  outgoing.on('error', reject);
  outgoing.on('response', (response) => {
    const hash = createHash('sha256');
    response.on('data', (chunk: Uint8Array) => hash.update(chunk));
    response.on('error', reject);
    response.on('end', () => {
      resolve({
        status: response.statusCode ?? 0,
        body: hash.digest('hex'),
        cacheTag: String(response.headers['cache-tag'] ?? ''),
        cache: String(response.headers['x-cache'] ?? '').split(' ', 1)[0] ?? '',
      });
    });
  });
  outgoing.end();
  return promise;
}

/** Asks for many paths, sixteen at a time. */
export async function askAll(
  server: Server,
  paths: Iterable<string>,
): Promise<Map<string, Answer>> {
  const answers = new Map<string, Answer>();
  const queue = [...new Set(paths)].values();
  const worker = async (): Promise<void> => {
    for (const path of queue) answers.set(path, await ask(server, path));
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return answers;
}

/** Whether two answers are the same to a visitor and to whoever refreshes by tag later. */
export function isSame(a: Answer | undefined, b: Answer | undefined): boolean {
  return (
    a !== undefined &&
    b !== undefined &&
    a.status === b.status &&
    a.body === b.body &&
    a.cacheTag === b.cacheTag
  );
}

export function hangUp(): void {
  agent.destroy();
}
