import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';

import { createTagHandler, type Manifest } from '@freshtag/core/site';

/** A web server that a built site is deployed to: static files, with the headers of their manifest. */
export interface Origin {
  readonly url: string;
  /** Serves another build from now on, with the tags of its manifest. */
  deploy(dir: string, manifest: Manifest | string): void;
  /** Serves a folder as before it had heard of tags: cacheable for an hour, reachable by none. */
  deployUntagged(dir: string): void;
  /** Reads the next answer for a path at once, but sends it only when released. */
  holdNext(path: string): { readonly asked: Promise<void>; readonly release: () => void };
  close(): Promise<void>;
}

interface Hold {
  readonly path: string;
  readonly asked: () => void;
  readonly released: Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

export async function startOrigin(): Promise<Origin> {
  let site: { readonly dir: string; readonly setTags: ReturnType<typeof createTagHandler> } = {
    dir: '',
    setTags: createTagHandler({ version: 1, pages: [] }),
  };
  let hold: Hold | undefined;
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    site.setTags(request, response);
    const answer = readAnswer(site.dir, path);
    const held = hold?.path === path ? hold : undefined;
    if (held === undefined) {
      send(response, answer);
      return;
    }
    hold = undefined;
    response.writeHead(answer.status, { 'content-type': answer.type });
    held.asked();
    void held.released.then(() => response.end(answer.body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: addressOf(server),
    deploy: (dir, manifest) => {
      site = { dir, setTags: createTagHandler(manifest) };
    },
    deployUntagged: (dir) => {
      site = {
        dir,
        setTags: (_request, response) => {
          response.setHeader('cache-control', 'public, max-age=3600');
        },
      };
    },
    holdNext: (path) => {
      const asked = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      hold = { path, asked: asked.resolve, released: released.promise };
      return { asked: asked.promise, release: released.resolve };
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function addressOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('the origin does not listen');
  return `http://127.0.0.1:${address.port}`;
}

interface FileAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

function readAnswer(dir: string, path: string): FileAnswer {
  const file = path.endsWith('/') ? `${path}index.html` : path;
  try {
    return {
      status: 200,
      type: TYPES[extname(file)] ?? 'application/octet-stream',
      body: readFileSync(join(dir, decodeURIComponent(file))),
    };
  } catch {
    const page = join(dir, '404.html');
    return {
      status: 404,
      type: 'text/html; charset=utf-8',
      body: existsSync(page) ? readFileSync(page) : Buffer.from('not found'),
    };
  }
}

function send(response: ServerResponse, { status, type, body }: FileAnswer): void {
  response.writeHead(status, { 'content-type': type });
  response.end(body);
}
