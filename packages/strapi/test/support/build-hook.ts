import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import { onTestFinished } from 'vitest';

interface HookBody {
  readonly tags: readonly string[];
}

/** A server that builds a site when it is called. */
export interface Hook {
  readonly url: string;
  readonly calls: {
    readonly atMs: number;
    readonly headers: IncomingMessage['headers'];
    readonly body: HookBody;
  }[];
  /** What it answers next, else 200. */
  readonly answers: number[];
}

export async function startHook(): Promise<Hook> {
  const hook: Hook = { url: '', calls: [], answers: [] };
  const server = createServer((asked, answer) => {
    let body = '';
    asked.on('data', (chunk) => {
      body += String(chunk);
    });
    asked.on('end', () => {
      hook.calls.push({ atMs: Date.now(), headers: asked.headers, body: JSON.parse(body) });
      answer.writeHead(hook.answers.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.address() as AddressInfo;
  return { ...hook, url: `http://127.0.0.1:${port}/build/very-secret` };
}
