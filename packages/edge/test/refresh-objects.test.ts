import { describe, test } from 'vitest';

import { asCall, call } from './signed-call.ts';
import {
  DOMAIN,
  serve,
  startBench,
  startOrigin,
  startPlainBench,
  type Bench,
  type Page,
} from './support.ts';

const MONDAY = 'Mon, 05 Jan 2026 00:00:00 GMT';
const PATHS = ['/', '/a', '/a?x=1', '/dir/', '/dir/b', '/dir/7c.jpg'];

function refreshObjects(
  bench: Bench,
  query: Readonly<Record<string, string>>,
): ReturnType<typeof call> {
  return call(bench, asCall('RefreshDcdnObjectCaches', query));
}

/** Paths that are fetched anew after a refresh that has reached every cache. */
async function refreshedBy(
  query: Readonly<Record<string, string>>,
  page: Page = { body: 'old' },
): Promise<string[]> {
  const origin = await startOrigin(serve(page));
  const bench = await startBench(origin.url);
  for (const path of PATHS) await bench.visit(path);
  page.body = 'new';
  const { status } = await refreshObjects(bench, query);
  if (status !== 200) throw new Error(`refused with ${status}`);
  bench.clock.advance(1000);
  const answers = await Promise.all(PATHS.map((path) => bench.visit(path)));
  return PATHS.filter((_path, index) => answers[index]?.body === 'new');
}

describe('RefreshDcdnObjectCaches', () => {
  test.for([
    [{ ObjectPath: `http://${DOMAIN}/a` }, ['/a']],
    [{ ObjectPath: `https://${DOMAIN}/a?x=1`, ObjectType: 'File' }, ['/a?x=1']],
    [{ ObjectPath: `${DOMAIN}\r\n${DOMAIN.toUpperCase()}/dir/\n` }, ['/', '/dir/']],
    [
      { ObjectPath: `https://${DOMAIN}/dir/`, ObjectType: 'Directory', Force: 'true' },
      ['/dir/', '/dir/b', '/dir/7c.jpg'],
    ],
    [
      { ObjectPath: `http://${DOMAIN}/dir/[0-9][a-z].*`, ObjectType: 'Regex', Force: 'true' },
      ['/dir/7c.jpg'],
    ],
    [
      { ObjectPath: `http://${DOMAIN}/a`, ObjectType: 'IgnoreParams', Force: 'true' },
      ['/a', '/a?x=1'],
    ],
  ] as const)('%j refreshes %j and nothing else', async ([query, paths], { expect }) => {
    expect(await refreshedBy(query)).toEqual(paths);
  });

  test('Force=false keeps a directory whose Last-Modified did not move, but no file', async ({
    expect,
  }) => {
    const unmoved = (): Page => ({ body: 'old', headers: { 'last-modified': MONDAY } });

    const Directory = { ObjectPath: `${DOMAIN}/dir/`, ObjectType: 'Directory' };
    expect(await refreshedBy(Directory, unmoved())).toEqual([]);
    expect(await refreshedBy({ ObjectPath: `${DOMAIN}/dir/` }, unmoved())).toEqual(['/dir/']);
  });

  test('reports one row for each URL under one task', async ({ expect }) => {
    const bench = await startPlainBench();
    const ObjectPath = `http://${DOMAIN}/a\nhttp://${DOMAIN}/b`;
    const { json } = await refreshObjects(bench, { ObjectPath });
    const TaskId = String(json['RefreshTaskId']);

    const report = await call(bench, asCall('DescribeDcdnRefreshTaskById', { TaskId }));

    expect(report.json).toMatchObject({
      TotalCount: 2,
      Tasks: [
        { TaskId, ObjectPath: `http://${DOMAIN}/a`, ObjectType: 'file', Process: '0%' },
        { TaskId, ObjectPath: `http://${DOMAIN}/b`, ObjectType: 'file', Process: '0%' },
      ],
    });
    expect(bench.edge.refreshes).toEqual([
      {
        at: bench.clock.now(),
        type: 'refresh',
        outcome: 'accepted',
        domain: '',
        tags: [],
        objects: ObjectPath.split('\n'),
        objectType: 'File',
        force: false,
        taskId: TaskId,
      },
    ]);
  });

  const lines = (count: number, end = ''): string =>
    Array.from({ length: count }, (_, index) => `${DOMAIN}/${index}${end}`).join('\n');

  test.for([
    ['no ObjectPath', 'MissingObjectPath', 400, {}],
    ['only line ends', 'InvalidObjectPath.Malformed', 400, { ObjectPath: '\r\n\n' }],
    ['1001 URLs', 'SingleRequest.OverLimit', 400, { ObjectPath: lines(1001) }],
    [
      '101 directories',
      'SingleRequest.OverLimit',
      400,
      { ObjectPath: lines(101, '/'), ObjectType: 'Directory' },
    ],
    [
      '11 domains',
      'InvalidObjectPath.Malformed',
      400,
      { ObjectPath: Array.from({ length: 11 }, (_, index) => `${index}.example/`).join('\n') },
    ],
    ['a foreign domain', 'InvalidDomain.NotFound', 404, { ObjectPath: 'http://other.example/' }],
    [
      'a wildcard domain',
      'InvalidExtensiveDomain.ValueNotSupported',
      400,
      { ObjectPath: 'http://*.example.com/' },
    ],
    [
      'a type in lower case',
      'InvalidObjectType.Malformed',
      400,
      { ObjectPath: `${DOMAIN}/`, ObjectType: 'file' },
    ],
    [
      'a directory without its slash',
      'InvalidObjectPath.Malformed',
      400,
      { ObjectPath: `${DOMAIN}/dir`, ObjectType: 'Directory' },
    ],
    [
      'a query under IgnoreParams',
      'InvalidObjectPath.Malformed',
      400,
      { ObjectPath: `${DOMAIN}/a?x=1`, ObjectType: 'IgnoreParams' },
    ],
    [
      'characters that are not percent-encoded',
      'InvalidObjectPath.Malformed',
      400,
      { ObjectPath: `${DOMAIN}/é` },
    ],
    ['a fragment', 'InvalidObjectPath.Malformed', 400, { ObjectPath: `${DOMAIN}/a#b` }],
    [
      'a URL of 1025 characters',
      'InvalidObjectPath.Malformed',
      400,
      { ObjectPath: `${DOMAIN}/`.padEnd(1025, 'x') },
    ],
    ['a Force that is neither', 'InvalidParameters', 400, { ObjectPath: `${DOMAIN}/`, Force: '1' }],
  ] as const)('refuses %s with %s', async ([, code, status, query], { expect }) => {
    const origin = await startOrigin(serve({ body: 'old' }));
    const bench = await startBench(origin.url, { maxUrlBytes: 300_000 });

    expect(await refreshObjects(bench, { ...query })).toMatchObject({
      status,
      json: { Code: code },
    });
    expect(bench.edge.refreshes).toMatchObject([{ outcome: 'refused', code }]);
  });

  test('takes 1000 URLs of 200 characters in one call', async ({ expect }) => {
    const origin = await startOrigin(serve({ body: 'old' }));
    const bench = await startBench(origin.url, { maxUrlBytes: 300_000 });
    const ObjectPath = lines(1000, 'x'.repeat(180));

    expect(await refreshObjects(bench, { ObjectPath })).toMatchObject({ status: 200 });
  });
});
