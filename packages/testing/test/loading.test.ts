import { cpSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { describe, test } from 'vitest';

import { isFreshtagError } from '@freshtag/core';

import { runNode, temporaryFolder } from '../src/index.ts';

const here = dirname(fileURLToPath(import.meta.url));

/** Which packages are loaded by a script, one a line. */
async function loadedBy(script: string): Promise<string> {
  const hook = `
    const { registerHooks } = require('node:module');
    registerHooks({ resolve(specifier, context, next) {
      const { url } = next(specifier, context);
      const name = /node_modules\\/((?:@[^/]+\\/)?[^/]+)\\/(?!.*node_modules)/.exec(url)?.[1];
      if (name !== undefined) console.log(name);
      return next(specifier, context);
    } });`;
  const ended = await runNode(['-e', `${hook} ${script}`], { cwd: here });
  if (ended.exitCode !== 0) throw new Error(ended.stderr);
  return ended.stdout;
}

describe('loading @freshtag/core', () => {
  test('loads no package of others, and so no transport', async ({ expect }) => {
    expect(await loadedBy(`import('@freshtag/core')`)).toBe('');
  });

  test('with what verifies loads no transport, until a page is looked at', async ({ expect }) => {
    expect(await loadedBy(`import('@freshtag/core/verify')`)).toBe('');
    const look = `import('@freshtag/core/verify').then(({ verifyPages }) =>
      verifyPages(['/'], { domain: 'www.example.com', origin: 'http://127.0.0.1:1' }));`;
    expect(await loadedBy(look)).toContain('undici');
  });

  test('loads the client of a store with its first use, also for sites', async ({ expect }) => {
    const open = `import('@freshtag/core/site').then(({ openStateStore }) => openStateStore(
      's3://bucket/key?endpoint=http://127.0.0.1:1', { domain: 'd', environment: 'e', cwd: '.',
        env: { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' },
        clock: { now: () => 0, sleep: async () => {} } })`;
    const opened = await loadedBy(`${open});`);
    for (const name of ['aws4fetch', 'undici', 'unstorage']) expect(opened).not.toContain(name);
    expect(await loadedBy(`${open}.read().catch(() => {}));`)).toContain('aws4fetch');
  });

  test('loads the transport with the first call', async ({ expect }) => {
    const call = `import('@freshtag/core').then(({ createDcdnClient }) =>
      createDcdnClient({ endpoint: 'http://127.0.0.1:1', credentials: { accessKeyId: 'a', accessKeySecret: 'b' } })
        .call('Any', {}).catch(() => undefined));`;
    expect(await loadedBy(call)).toContain('undici');
  });

  test('an error of another installed copy is recognised', async ({ expect }) => {
    const credentials = { accessKeyId: 'a', accessKeySecret: 'b' };
    const folder = temporaryFolder();
    const dist = dirname(fileURLToPath(import.meta.resolve('@freshtag/core/package.json')));
    cpSync(join(dist, 'dist'), folder, { recursive: true });
    const copy = (await import(
      pathToFileURL(join(folder, 'index.mjs')).href
    )) as typeof import('@freshtag/core');
    const error: unknown = await copy
      .refresh(['a b'], { domain: 'www.example.com', credentials })
      .catch((thrown: unknown) => thrown);
    expect(isFreshtagError(error, 'INVALID_TAG')).toBe(true);
    expect(isFreshtagError(error, 'NO_CREDENTIALS')).toBe(false);
    expect(isFreshtagError(new Error('x'))).toBe(false);
  });
});
