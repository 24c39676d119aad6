import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { onTestFinished, test } from 'vitest';

import { MOST_COUNTED, type FoundTag, type NamedEntry } from '../contract/admin-api.ts';
import { callersOf } from './support/changes-world.ts';
import { startPanel, TWO_STAGES } from './support/panel-world.ts';

const COUNTRY = 'api::country.country';

test('of a page with many tags it is said what was not looked up, and few questions are asked', async ({
  expect,
}) => {
  const own = Array.from({ length: 190 }, (_, index) => `own:${index}`);
  const tags: string[] = [];
  const origin = createServer((_request, answer) => {
    answer.setHeader('Cache-Tag', tags.join(',')).end();
  });
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void origin.close());
  const { port } = origin.address() as AddressInfo;
  const world = await startPanel('sqlite', {
    ...TWO_STAGES,
    targets: {
      ...TWO_STAGES.targets,
      pages: {
        kind: 'dynamic',
        domain: 'pages.example.com',
        verify: { origin: `http://127.0.0.1:${port}` },
      },
    },
  });
  if (world === undefined) return;
  onTestFinished(world.atlas.stop);
  const { admin, atlas, first, small } = world;
  tags.push(`country:${small.germany}`, 'country', ...own);
  const subject = `${COUNTRY}:${small.france}`;
  await first.append(own.map((tag) => ({ domain: 'api.example.com', tag, force: true, subject })));
  const statements: string[] = [];
  const note = ({ sql }: { readonly sql: string }): void => void statements.push(sql);
  const find = async (search: string): Promise<readonly FoundTag[]> => {
    const path = `/freshtag/tags?search=${encodeURIComponent(search)}`;
    return (await admin.call('GET', path)).body.tags;
  };
  atlas.strapi.db.connection.on('query', note);
  const found = await find('https://pages.example.com/');
  atlas.strapi.db.connection.off('query', note);
  const ours = statements.filter((sql) => !/strapi_sessions|admin_|up_/.test(sql));
  expect(ours.length).toBeLessThanOrEqual(20);
  expect(found.map(({ tag }) => tag)).toEqual(tags);
  const france = { entries: [{ title: 'France' }], entryTotal: 1 };
  const [named, list, asked] = found;
  expect(named).toMatchObject({ kind: 'entry', entries: [{ title: 'Germany' }], entryTotal: 1 });
  expect(list).toMatchObject({ kind: 'list', entries: [], entryTotal: 0 });
  expect(asked).toMatchObject(france);
  const rest = found.filter(({ entryTotal }) => entryTotal === undefined);
  expect(rest.length).toBeGreaterThan(0);
  expect(rest).toEqual(found.slice(-rest.length));
  for (const { entries } of rest) expect(entries).toEqual([]);
  expect(await find(rest.at(-1)?.tag ?? '')).toMatchObject([france]);
});

test('entries are found as documents, the newest first, however many locales they have', async ({
  expect,
}) => {
  const world = await startPanel('sqlite');
  if (world === undefined) return;
  onTestFinished(world.atlas.stop);
  const { admin, atlas } = world;
  const countries = callersOf(atlas).documents(COUNTRY);
  const made: string[] = [];
  for (let number = 0; number < MOST_COUNTED; number += 1) {
    const { documentId } = await countries.create({
      data: { name: `Isle ${number}`, code: `isle-${number}` },
    });
    made.unshift(documentId);
    await countries.update({ documentId, locale: 'de', data: { name: `Insel ${number}` } });
  }
  const path = `/freshtag/entries?search=isle&uid=${COUNTRY}`;
  const { entries } = (await admin.call('GET', path)).body;
  expect(entries.map(({ documentId }: NamedEntry) => documentId)).toEqual(made.slice(0, 20));
  expect(entries[0]).toMatchObject({ title: `Isle ${MOST_COUNTED - 1}` });
  const { tags } = (await admin.call('GET', '/freshtag/tags?search=country:*')).body;
  expect(tags).toMatchObject([{ kind: 'overflow', entryTotal: MOST_COUNTED }]);
});
