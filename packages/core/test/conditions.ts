import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/** What a server keeps: bytes, each time under another version. */
export class Shelf {
  readonly #objects = new Map<string, { readonly bytes: Buffer; readonly etag: string }>();
  #writes = 0;

  get(path: string): { readonly bytes: Buffer; readonly etag: string } | undefined {
    return this.#objects.get(path);
  }

  set(path: string, bytes: Buffer): string {
    this.#writes += 1;
    const etag = `"v${this.#writes}"`;
    this.#objects.set(path, { bytes, etag });
    return etag;
  }

  delete(path: string): void {
    this.#objects.delete(path);
  }

  paths(): string[] {
    return [...this.#objects.keys()].sort();
  }
}

/** The whole body of a request. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Whether the conditions of a write hold, as RFC 9110 has them. */
export function holds(
  { headers }: Pick<IncomingMessage, 'headers'>,
  etag: string | undefined,
): boolean {
  const match = headers['if-match'];
  if (match !== undefined && match !== etag) return false;
  return headers['if-none-match'] !== '*' || etag === undefined;
}

/** A server for GET and PUT that names versions and heeds conditions, or does not. */
export function shelfServer(
  shelf: Shelf,
  {
    etag = 'strong',
    heeds = true,
  }: { readonly etag?: 'strong' | 'weak' | 'none'; readonly heeds?: boolean } = {},
): RequestListener {
  const named = (version: string): Record<string, string> =>
    etag === 'none' ? {} : { etag: etag === 'weak' ? `W/${version}` : version };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '/';
    const body = await bodyOf(request);
    const stored = shelf.get(path);
    if (request.method === 'PUT') {
      if (heeds && !holds(request, stored?.etag)) response.writeHead(412).end();
      else response.writeHead(stored === undefined ? 201 : 204, named(shelf.set(path, body))).end();
    } else if (stored === undefined) response.writeHead(404).end();
    else response.writeHead(200, named(stored.etag)).end(stored.bytes);
  };
  return (request, response) => void answer(request, response);
}
