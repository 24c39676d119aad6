import { onTestFinished, test } from 'vitest';

import { callersOf } from './support/changes-world.ts';
import { startPanel } from './support/panel-world.ts';

const COUNTRY = 'api::country.country';

test('a file for a spreadsheet has every change, and nothing that one would run', async ({
  expect,
}) => {
  const world = await startPanel('sqlite');
  if (world === undefined) return;
  onTestFinished(world.atlas.stop);
  const { admin, atlas } = world;
  const countries = callersOf(atlas).documents(COUNTRY);
  const refresher = atlas.strapi.plugin('freshtag').service('refresh');
  const before = await admin.call('GET', '/freshtag/history.csv');
  const earlier = before.text.trimEnd().split('\r\n').length - 1;
  const names = ['=1+1', '+1', '-1', '@SUM(A1)', '"quoted", <b>bold</b>', ' =2'];
  for (const name of names)
    await countries.create({ data: { name, code: 'x' }, status: 'published' });
  for (let index = 0; index < 110; index += 1)
    await refresher.refresh([`many:${index}`], { reason: '=HYPERLINK("x")' });
  const answer = await admin.call('GET', '/freshtag/history.csv');
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(answer.headers.get('content-disposition')).toContain('attachment');
  const [head = '', ...lines] = answer.text.trimEnd().split('\r\n');
  expect(head).toContain('"committed","state","type","entry"');
  expect(lines).toHaveLength(earlier + 116);
  for (const line of lines) expect(line).not.toMatch(/(^|,)"\s*[=+\-@]/);
  for (const name of names.slice(0, 4)) expect(answer.text).toContain(`,"'${name}",`);
  expect(answer.text).toContain('"""quoted"", <b>bold</b>"');
  const some = await admin.call('GET', `/freshtag/history.csv?uid=${COUNTRY}&limit=7`);
  const all = await admin.call('GET', `/freshtag/history?uid=${COUNTRY}&limit=100`);
  expect(some.text.trimEnd().split('\r\n')).toHaveLength(all.body.changes.length + 1);
});
