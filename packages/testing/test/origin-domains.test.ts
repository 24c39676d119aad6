import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { onTestFinished, test } from 'vitest';

import { collectManifest, formatOrigin } from '@freshtag/core/site';

import { temporaryFolder } from '../src/index.ts';
import { freePort } from './origin-servers.ts';

const isMissing = spawnSync('nginx', ['-v']).status !== 0;

test.skipIf(isMissing && process.env['CI'] === undefined)(
  'one nginx sends the tags of several domains, each file with names of its own, as docs/origin.md has it',
  async ({ expect }) => {
    const folder = temporaryFolder();
    const domains = await Promise.all(
      ['de', 'fr'].map(async (name) => {
        const dir = temporaryFolder({ 'index.html': name });
        const manifest = collectManifest({ dir, tags: () => [`home:${name}`, 'price:$5'] });
        writeFileSync(join(folder, `${name}.conf`), renamed(formatOrigin('nginx', manifest), name));
        return { name, dir, port: await freePort() };
      }),
    );
    writeFileSync(join(folder, 'nginx.conf'), nginxOf(folder, domains));
    const nginx = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], {
      stdio: 'inherit',
    });
    onTestFinished(async () => {
      nginx.kill('SIGQUIT');
      await once(nginx, 'close');
    });
    for (const { name, port } of domains) {
      const { headers } = await untilUp(`http://127.0.0.1:${port}/`, () => nginx.exitCode !== null);
      expect(headers.get('cache-tag')).toBe(`all-pages,home:${name},page:/,price:$5`);
    }
  },
);

/** `sed -e 's/freshtag_/freshtag_fr_/g' -e '/^map_hash/d'` */
function renamed(text: string, name: string): string {
  return text.replaceAll('freshtag_', `freshtag_${name}_`).replaceAll(/^map_hash.*\n/gm, '');
}

function nginxOf(
  folder: string,
  domains: readonly { readonly name: string; readonly dir: string; readonly port: number }[],
): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join('\n');
  const servers = domains.map(
    ({ name, dir, port }) => `include ${folder}/${name}.conf;
  server {
    listen 127.0.0.1:${port};
    root ${dir};
    add_header Cache-Tag $freshtag_${name}_cache_tag always;
    add_header Cache-Control $freshtag_${name}_cache_control always;
  }`,
  );
  return `daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr; ${process.getuid?.() === 0 ? 'user root;' : ''}
events {}
http {
  access_log off;
  ${temporary}
  map_hash_max_size 262144;
  map_hash_bucket_size 256;
  ${servers.join('\n  ')}
}`;
}

async function untilUp(url: string, isOver: () => boolean): Promise<Response> {
  for (;;) {
    try {
      return await fetch(url);
    } catch (error) {
      if (isOver()) throw error;
    }
  }
}
