import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

import { verifyPages, type PageVerdict, type VerifyOptions } from '../src/verify.ts';
import { serve } from './serve.ts';

export const domain = 'www.example.com';

/** What a server answers for a path. */
export interface Page {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Uint8Array;
}

type Answer = Page | ((request: IncomingMessage, response: ServerResponse) => void);

/** A server of pages that can be changed; what it lacks is a 404. */
export interface Pages {
  readonly url: string;
  readonly pages: Map<string, Answer>;
  /** Every question, like `GET /a`. */
  readonly asked: string[];
}

export async function servePages(pages: Readonly<Record<string, Answer>> = {}): Promise<Pages> {
  const served = new Map(Object.entries(pages));
  const asked: string[] = [];
  const listener: RequestListener = (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const answer = served.get(request.url ?? '') ?? { status: 404, body: 'not found' };
    if (typeof answer === 'function') return answer(request, response);
    response.writeHead(answer.status ?? 200, answer.headers);
    response.end(request.method === 'HEAD' ? undefined : (answer.body ?? ''));
  };
  return { url: await serve(listener), pages: served, asked };
}

/** The verdict on one page, with the origin and one edge. */
export async function look(
  atOrigin: Pages,
  atEdge: Pages,
  path = '/a',
  more: Partial<VerifyOptions> = {},
): Promise<PageVerdict> {
  const options = { domain, origin: atOrigin.url, edge: atEdge.url, ...more };
  const { pages } = await verifyPages([path], options);
  const [page] = pages;
  if (page === undefined) throw new Error('a verdict was expected');
  return page;
}
