import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { formatOrigin, type Manifest } from '@freshtag/core/site';

import { startOrigin, temporaryFolder } from '../src/index.ts';

const closers: (() => void | Promise<void>)[] = [];

/** Ends every server that was started. */
export async function closeServers(): Promise<void> {
  for (const close of closers.splice(0)) await close();
}

export interface Server {
  readonly name: string;
  /** Serves a folder with the headers of its manifest. */
  start(dir: string, manifest: Manifest): Promise<string>;
}

export const node: Server = {
  name: 'the Node handler',
  start: async (dir, manifest) => {
    const origin = await startOrigin();
    closers.push(() => origin.close());
    origin.deploy(dir, manifest);
    return origin.url;
  },
};

export const nginx: Server = {
  name: 'nginx',
  start: async (dir, manifest) => {
    const folder = temporaryFolder();
    const port = await freePort();
    writeFileSync(join(folder, 'freshtag.conf'), formatOrigin('nginx', manifest));
    writeFileSync(join(folder, 'nginx.conf'), nginxMain(folder, dir, port));
    const server = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let problems = '';
    server.stderr.on('data', (chunk: Buffer) => (problems += chunk.toString()));
    closers.push(async () => {
      server.kill('SIGQUIT');
      await once(server, 'close');
    });
    const url = `http://127.0.0.1:${port}`;
    while (!(await isUp(url))) if (server.exitCode !== null) throw new Error(problems);
    return url;
  },
};

export function nginxMain(folder: string, dir: string, port: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join('\n');
  return `daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr; ${process.getuid?.() === 0 ? 'user root;' : ''}
events {}
http {
  access_log off;
  ${temporary}
  include ${folder}/freshtag.conf;
  server {
    listen 127.0.0.1:${port};
    root ${dir};
    error_page 404 /404.html;
    add_header Cache-Tag $freshtag_cache_tag always;
    add_header Cache-Control $freshtag_cache_control always;
  }
}`;
}

export const caddy: Server = {
  name: 'Caddy',
  start: async (dir, manifest) => {
    const folder = temporaryFolder();
    const port = await freePort();
    writeFileSync(join(folder, 'freshtag.caddyfile'), formatOrigin('caddy', manifest));
    writeFileSync(
      join(folder, 'Caddyfile'),
      `{
	admin off
	auto_https off
}
import freshtag.caddyfile
http://127.0.0.1:${port} {
	root * ${dir}
	import freshtag
	file_server
	handle_errors {
		import freshtag_errors
		rewrite * /{err.status_code}.html
		file_server
	}
}
`,
    );
    const server = spawn('caddy', ['run', '--config', join(folder, 'Caddyfile')], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: folder },
    });
    let problems = '';
    server.stderr.on('data', (chunk: Buffer) => (problems += chunk.toString()));
    closers.push(async () => {
      server.kill('SIGTERM');
      await once(server, 'close');
    });
    const url = `http://127.0.0.1:${port}`;
    while (!(await isUp(url))) if (server.exitCode !== null) throw new Error(problems);
    return url;
  },
};

async function isUp(url: string): Promise<boolean> {
  try {
    await fetch(url);
    return true;
  } catch {
    return false;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
