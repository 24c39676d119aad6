import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { connect, createServer as createNetServer } from 'node:net';
import { join } from 'node:path';

import S3rver from '@20minutes/s3rver';
import { onTestFinished } from 'vitest';

import { bodyOf, holds, Shelf } from './conditions.ts';
import { serve } from './serve.ts';
import { temporaryFolder } from './temporary-folder.ts';

/**
 * How the conditions of a write are compared: as Amazon documents it, as Ceph 16 does, only that there is
 * nothing yet, or not at all.
 */
type Comparing = 'quoted' | 'bare' | 'first-only' | 'none';

/**
 * A real server of S3, which checks every signature. It ignores the conditions of writes, so they are
 * checked before it.
 */
export async function startS3(comparing: Comparing = 'quoted'): Promise<string> {
  const rver = new S3rver({
    silent: true,
    directory: temporaryFolder(),
    serviceEndpoint: 'storage.test',
    configureBuckets: [{ name: 'bucket' }],
  });
  await rver.configureBuckets();
  const pass = rver.callback();
  return serve(comparing === 'none' ? pass : withConditions(pass, comparing));
}

function withConditions(pass: RequestListener, comparing: Comparing): RequestListener {
  const versions = new Map<string, string>();
  let turn = Promise.resolve();
  const put = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = `${request.headers.host}${request.url}`;
    const { 'if-match': _ignored, ...others } = request.headers;
    const headers = comparing === 'first-only' ? others : request.headers;
    if (!holds({ headers }, versions.get(path))) {
      response
        .writeHead(412, { connection: 'close' })
        .end('<Error><Code>PreconditionFailed</Code></Error>');
      return;
    }
    pass(request, response);
    await once(response, 'close');
    const etag = response.getHeader('etag');
    if (response.statusCode === 200 && typeof etag === 'string')
      versions.set(path, comparing === 'bare' ? etag.replaceAll('"', '') : etag);
  };
  // Asked while it writes, it shows half an object.
  const get = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    pass(request, response);
    await once(response, 'close');
  };
  return (request, response) => {
    if (request.method === 'DELETE') versions.delete(`${request.headers.host}${request.url}`);
    turn = turn.then(() => (request.method === 'PUT' ? put : get)(request, response));
  };
}

/** A proxy that leads every address to one server; `url` is for `http_proxy`. */
export async function startProxy(
  target: string,
): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    const { host, pathname, search } = new URL(request.url ?? '/');
    asked.push(host);
    const { method, headers } = request;
    const passed = httpRequest(target + pathname + search, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(passed);
  });
  return { url: await listen(proxy), asked };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

/**
 * What OSS does with the calls of a store, as its documentation has it: there is none to be had.
 *
 * @param versioning as a bucket that keeps versions answers
 * @param mayDelete `false`: the connection ends when something is to be deleted
 */
export async function startOss({
  versioning = false,
  mayDelete = true,
}: { readonly versioning?: boolean; readonly mayDelete?: boolean } = {}): Promise<{
  readonly url: string;
  readonly shelf: Shelf;
}> {
  const shelf = new Shelf();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://oss');
    const body = await bodyOf(request);
    const refuse = (status: number, code: string): void =>
      void response
        .writeHead(status)
        .end(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`);
    const { authorization = '' } = request.headers;
    if (!authorization.startsWith('OSS4-HMAC-SHA256 Credential=testid/'))
      return refuse(403, 'InvalidAccessKeyId');
    if (!url.pathname.startsWith('/bucket/')) return refuse(404, 'NoSuchBucket');
    if (request.method === 'GET' && url.pathname === '/bucket/') {
      response
        .writeHead(200, { 'content-type': 'application/xml' })
        .end(listing(shelf, url.searchParams));
      return undefined;
    }
    const stored = shelf.get(url.pathname);
    if (request.method === 'DELETE' && !mayDelete) {
      request.socket.destroy();
    } else if (request.method === 'DELETE') {
      shelf.delete(url.pathname);
      response.writeHead(204).end();
    } else if (request.method === 'PUT') {
      if (
        request.headers['if-match'] !== undefined ||
        request.headers['if-none-match'] !== undefined
      )
        return refuse(400, 'NotImplemented');
      if (
        stored !== undefined &&
        request.headers['x-oss-forbid-overwrite'] === 'true' &&
        !versioning
      )
        return refuse(409, 'FileAlreadyExists');
      const etag = shelf.set(url.pathname, body);
      response.writeHead(200, { etag, ...(versioning ? { 'x-oss-version-id': 'abc' } : {}) }).end();
    } else if (stored === undefined) return refuse(404, 'NoSuchKey');
    else response.writeHead(200, { etag: stored.etag }).end(stored.bytes);
    return undefined;
  };
  return { url: await serve((request, response) => void answer(request, response)), shelf };
}

/** At most three a page, so that the pages are walked through. Names with the delimiter are left out. */
function listing(shelf: Shelf, query: URLSearchParams): string {
  const [prefix, after] = [query.get('prefix') ?? '', query.get('start-after') ?? ''];
  const delimiter = query.get('delimiter') ?? '\n';
  const keys = shelf
    .paths()
    .map((path) => decodeURIComponent(path.slice('/bucket/'.length)))
    .filter((key) => key.startsWith(prefix) && key > after)
    .filter((key) => !key.slice(prefix.length).includes(delimiter));
  const contents = keys.slice(0, 3).map((key) => `<Contents><Key>${key}</Key></Contents>`);
  return `<?xml version="1.0"?><ListBucketResult>${contents.join('')}<IsTruncated>${keys.length > 3}</IsTruncated></ListBucketResult>`;
}

/** nginx with its own DAV module: takes PUT, names versions, and ignores the conditions of writes. */
export async function startNginx(): Promise<string> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'files'));
  const port = await freePort();
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; master_process off; error_log ${folder}/error.log; pid ${folder}/pid; events {}
http {
  access_log off; client_body_temp_path ${folder}/body; client_max_body_size 100m;
  proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  server { listen 127.0.0.1:${port}; root ${folder}/files; dav_methods PUT; create_full_put_path on; }
}`,
  );
  const nginx = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], {
    stdio: 'ignore',
  });
  onTestFinished(async () => {
    nginx.kill('SIGTERM');
    await once(nginx, 'exit');
  });
  while (!(await isListening(port))) await new Promise((resolve) => setImmediate(resolve));
  return `http://127.0.0.1:${port}`;
}

async function freePort(): Promise<number> {
  const server = createNetServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return address === null || typeof address === 'string' ? 0 : address.port;
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const outcome = Promise.withResolvers<boolean>();
  socket.on('connect', () => outcome.resolve(true));
  socket.on('error', () => outcome.resolve(false));
  try {
    return await outcome.promise;
  } finally {
    socket.destroy();
  }
}
