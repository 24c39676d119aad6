import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, test } from 'vitest';

import { writeFiles } from '../src/index.ts';
import { createCommandWorld, domain, type CommandWorld } from './command-world.ts';

let world: CommandWorld;

beforeEach(async () => {
  world = await createCommandWorld();
  await world.freshtag(['plan', 'dist', '--domain', domain]);
});

afterEach(() => world.close());

const headers = ['headers', '--domain', domain];

describe('freshtag headers', () => {
  test('prints what nginx must include, as the plan has written it', async ({ expect }) => {
    const written = readFileSync(join(world.manifestFile, '../nginx.conf'), 'utf8');
    expect((await world.freshtag(headers)).stdout).toBe(written);
  });

  test.for([
    ['caddy', '`/a/index.html` `all-pages,page:/a`'],
    ['netlify', '/a/\n  Cache-Tag: all-pages,page:/a\n'],
    ['json', '"cache-tag": "all-pages,page:/a"'],
  ])('writes the same for %s into a file', async ([format = '', line], { expect }) => {
    const ended = await world.json([...headers, '--format', format, '--output', 'headers.txt']);
    expect(ended).toMatchObject({ ok: true, result: { format, pages: 2, held: false } });
    expect(readFileSync(join(world.cwd, 'headers.txt'), 'utf8')).toContain(line);
  });

  test('adds what the edge may hold, so that it may go live before the files', async ({
    expect,
  }) => {
    await world.freshtag(['apply', '--domain', domain, '--now', '--second-pass-delay', '0']);
    writeFiles(world.cwd, { 'next/index.html': 'two', 'next/b/index.html': 'b' });
    await world.freshtag(['plan', 'next', '--domain', domain]);
    const alone = await world.freshtag([...headers, '--format', 'netlify']);
    expect(alone.stdout).not.toContain('/a/');
    const held = await world.freshtag([...headers, '--format', 'netlify', '--held']);
    for (const path of ['/', '/a/', '/b/'])
      expect(held.stdout).toMatch(new RegExp(`^${path}$`, 'm'));
  });

  test('without a manifest says what makes one, and writes nothing', async ({ expect }) => {
    const ended = await world.json([...headers, '--manifest', 'nowhere.json', '--output', 'x']);
    expect(ended).toMatchObject({
      exitCode: 2,
      error: { code: 'FILE_INACCESSIBLE', message: expect.stringMatching(/freshtag plan/) },
    });
    expect(existsSync(join(world.cwd, 'x'))).toBe(false);
  });

  test('names the origins that it knows', async ({ expect }) => {
    expect(await world.freshtag([...headers, '--format', 'apache'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/nginx, caddy, netlify, json/),
    });
  });
});
