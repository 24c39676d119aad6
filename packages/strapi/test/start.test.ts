import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { describe, test } from 'vitest';

import packageJson from '../package.json' with { type: 'json' };
import { startStrapi } from './support/start-strapi.ts';

const ENTRY = packageJson.exports['./strapi-server'];

describe('Strapi does not start', () => {
  test('with a configuration that is wrong, and says where', async ({ expect }) => {
    const targets = { api: { kind: 'dynamic', domain: 'https://api.example.com' } } as const;
    await expect(startStrapi({ freshtag: { targets } })).rejects.toThrow(
      /^Error regarding freshtag config: targets\.api\.domain: /,
    );
  });

  test('with options for a type that there is not, and says which there are', async ({
    expect,
  }) => {
    const types = { 'api::land.country': { name: 'land' } };
    await expect(startStrapi({ freshtag: { types } })).rejects.toThrow(
      'types: "api::land.country" is not allowed. Give the uid of a content type, such as api::country.country.',
    );
  });
});

test('what is built can be required under a name that Strapi reads, and imported', ({ expect }) => {
  expect(ENTRY.require.default).toMatch(/\.js$/);
  const folder = createRequire(import.meta.url)
    .resolve('../package.json')
    .replace('package.json', '');
  const script = `
    const exported = require(${JSON.stringify(folder + ENTRY.require.default)});
    // As Strapi does.
    const required = exported.__esModule ? exported.default : exported;
    import(${JSON.stringify(folder + ENTRY.import.default)}).then(({ default: imported }) => {
      console.log(JSON.stringify([required, imported].map((plugin) => Object.keys(plugin).sort())));
    });`;
  const [required, imported] = JSON.parse(
    execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }),
  );
  expect(required).toEqual(expect.arrayContaining(['bootstrap', 'config', 'destroy', 'register']));
  expect(imported).toEqual(required);
});
