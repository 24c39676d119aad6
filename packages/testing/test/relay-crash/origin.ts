// The origin: what is committed, with its tags. Imports nothing of ours.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';

import type { CrashDatabase } from './database.ts';
import { bodyOf } from './site.ts';

export async function startCrashOrigin(
  database: CrashDatabase,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server = createServer((asked, answer) => {
    serve(database, asked.url ?? '/', answer).catch(() => answer.destroy());
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

async function serve(database: CrashDatabase, path: string, answer: ServerResponse): Promise<void> {
  const [row] = await database.query('SELECT version, tags FROM content WHERE path = ?', [path]);
  answer.writeHead(row === undefined ? 404 : 200, {
    'content-type': 'text/plain',
    'cache-control': 'public, max-age=86400',
    'cache-tag': String(row?.['tags'] ?? 'not-found'),
  });
  answer.end(bodyOf(path, Number(row?.['version'] ?? 0)));
}
