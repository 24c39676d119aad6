import { describe, test } from 'vitest';

import { asCall, call } from './signed-call.ts';
import { DOMAIN, serve, startBench, startOrigin, startPlainBench, type Bench } from './support.ts';

const DAY_MS = 24 * 60 * 60_000;

type Query = Readonly<Record<string, string>>;

async function ask(bench: Bench, action: string, query: Query = {}): Promise<unknown> {
  const { json } = await call(bench, asCall(action, query));
  const { RequestId: _, ...rest } = json;
  return rest;
}

/** One refresh each of a tag, a file and, a minute later, of a directory. */
async function startWithTasks(): Promise<{ bench: Bench; ids: readonly string[] }> {
  const bench = await startPlainBench();
  const refresh = async (query: Query): Promise<string> =>
    String((await call(bench, asCall('RefreshDcdnObjectCaches', query))).json['RefreshTaskId']);
  const tag = await bench.refresh(['page']);
  const file = await refresh({ ObjectPath: `${DOMAIN}/a` });
  bench.clock.advance(60_000);
  const directory = await refresh({ ObjectPath: `${DOMAIN}/d/`, ObjectType: 'Directory' });
  return { bench, ids: [tag, file, directory] };
}

describe('DescribeDcdnRefreshTasks', () => {
  test('nests its list, leaves the percent sign away and calls a directory path', async ({
    expect,
  }) => {
    const { bench, ids } = await startWithTasks();
    bench.clock.advance(200);
    const [tag, file, directory] = ids;

    const first = { ObjectPath: `${DOMAIN}/d/`, ObjectType: 'path', Process: '33' };
    expect(await ask(bench, 'DescribeDcdnRefreshTasks')).toEqual({
      PageNumber: 1,
      PageSize: 20,
      TotalCount: 3,
      Tasks: {
        Task: [
          {
            ...first,
            TaskId: directory,
            Status: 'Refreshing',
            CreationTime: '2026-01-01T00:01:00Z',
          },
          {
            TaskId: file,
            ObjectPath: `${DOMAIN}/a`,
            ObjectType: 'file',
            Process: '100',
            Status: 'Complete',
            CreationTime: '2026-01-01T00:00:00Z',
          },
          {
            TaskId: tag,
            ObjectPath: 'page',
            ObjectType: 'tag',
            Process: '100',
            Status: 'Complete',
            CreationTime: '2026-01-01T00:00:00Z',
          },
        ],
      },
    });
  });

  test.for([
    [{ ObjectPath: `${DOMAIN}/a` }, ['file']],
    [{ ObjectPath: `${DOMAIN}/` }, []],
    [{ ObjectType: 'directory' }, ['path']],
    [{ ObjectType: 'file', DomainName: DOMAIN, Status: 'Complete' }, ['file']],
    [{ ObjectType: 'directory', Status: 'Complete' }, []],
    [{ StartTime: '2026-01-01T00:00:00Z', EndTime: '2026-01-01T00:00:59Z' }, ['file', 'tag']],
    [{ StartTime: '2026-01-01T00:00:01Z', EndTime: '2026-01-01T00:01:00Z' }, ['path']],
    [{ PageSize: '2' }, ['path', 'file']],
    [{ PageSize: '2', PageNumber: '2' }, ['tag']],
    [{ TaskId: '1' }, []],
  ] as const)('filtered by %j it tells %j', async ([query, types], { expect }) => {
    const { bench } = await startWithTasks();

    const { json } = await call(bench, asCall('DescribeDcdnRefreshTasks', query));
    const { Task } = json['Tasks'] as { Task: { ObjectType: string }[] };
    expect(Task.map(({ ObjectType }) => ObjectType)).toEqual(types);
  });

  test('finds a task by its id', async ({ expect }) => {
    const { bench, ids } = await startWithTasks();

    for (const TaskId of ids)
      expect(await ask(bench, 'DescribeDcdnRefreshTasks', { TaskId })).toMatchObject({
        TotalCount: 1,
        Tasks: { Task: [{ TaskId }] },
      });
  });

  test('forgets a task after three days, as does the call by id', async ({ expect }) => {
    const { bench, ids } = await startWithTasks();
    bench.clock.advance(3 * DAY_MS);
    const tag = ids[0] ?? '';

    expect(await ask(bench, 'DescribeDcdnRefreshTasks')).toMatchObject({ TotalCount: 1 });
    expect(await ask(bench, 'DescribeDcdnRefreshTaskById', { TaskId: tag })).toEqual({
      TotalCount: 0,
      Tasks: [],
    });
  });

  test.for([
    ['InvalidTaskId.Malformed', { TaskId: 'abc' }],
    ['MissingParameter.ObjectType', { DomainName: DOMAIN }],
    ['MissingParameter.ObjectType', { Status: 'Complete' }],
    ['InvalidObjectType.ValueNotSupported', { ObjectType: 'tag' }],
    ['InvalidStatus.ValueNotSupported', { ObjectType: 'file', Status: 'Pending' }],
    ['InvalidDomain.NotFound', { ObjectType: 'file', DomainName: 'other.example' }],
    ['MissingTimeParameter', { StartTime: '2026-01-01T00:00:00Z' }],
    ['MissingTimeParameter', { EndTime: '2026-01-01T00:00:00Z' }],
    ['InvalidStartTime.Malformed', { StartTime: '2026-01-01', EndTime: '2026-01-01T00:00:00Z' }],
    ['InvalidEndTime.Malformed', { StartTime: '2026-01-01T00:00:00Z', EndTime: 'now' }],
    [
      'InvalidEndTime.Mismatch',
      { StartTime: '2026-01-01T00:00:00Z', EndTime: '2026-01-01T00:00:00Z' },
    ],
    ['InvalidTime', { StartTime: '2025-12-28T23:59:59Z', EndTime: '2026-01-01T00:00:00Z' }],
    ['InvalidParameters', { PageSize: '51' }],
    ['InvalidParameters', { PageSize: '0' }],
    ['InvalidParameters', { PageNumber: '-1' }],
  ] as const)('refuses with %s: %j', async ([code, query], { expect }) => {
    const bench = await startPlainBench();

    const { json } = await call(bench, asCall('DescribeDcdnRefreshTasks', { ...query }));
    expect(json['Code']).toBe(code);
  });
});

describe('DescribeDcdnRefreshQuota', () => {
  const FULL = {
    UrlQuota: '10000',
    UrlRemain: '10000',
    DirQuota: '100',
    DirRemain: '100',
    RegexQuota: '20',
    RegexRemain: '20',
    PreloadQuota: '1000',
    PreloadRemain: '1000',
    BlockQuota: '100',
    BlockRemain: '100',
    IgnoreParamsQuota: '100',
    IgnoreParamsRemain: '100',
  };

  test('goes down with each accepted object, not with tags and refusals, and is full the next day', async ({
    expect,
  }) => {
    const { bench } = await startWithTasks();
    const refused = { ObjectPath: 'other.example/a' };
    await call(bench, asCall('RefreshDcdnObjectCaches', refused));

    const spent = { ...FULL, UrlRemain: '9999', DirRemain: '99' };
    expect(await ask(bench, 'DescribeDcdnRefreshQuota')).toEqual(spent);
    bench.clock.advance(DAY_MS);
    expect(await ask(bench, 'DescribeDcdnRefreshQuota')).toEqual(FULL);
  });

  test('a refresh of more than is left is refused with QuotaExceeded.Refresh and spends nothing', async ({
    expect,
  }) => {
    const bench = await startPlainBench();
    const refresh = (count: number): ReturnType<typeof call> => {
      const paths = Array.from({ length: count }, (_, index) => `${DOMAIN}/[0-9]${index}`);
      const query = { ObjectType: 'Regex', ObjectPath: paths.join('\n') };
      return call(bench, asCall('RefreshDcdnObjectCaches', query));
    };

    expect(await refresh(21)).toMatchObject({ json: { Code: 'QuotaExceeded.Refresh' } });
    expect(await ask(bench, 'DescribeDcdnRefreshQuota')).toEqual(FULL);
    expect(await refresh(20)).toMatchObject({ status: 200 });
    expect(await refresh(1)).toMatchObject({ json: { Code: 'QuotaExceeded.Refresh' } });
  });

  test('is what the option says, also nothing, and the other types are as they were', async ({
    expect,
  }) => {
    const origin = await startOrigin(serve({ body: 'old' }));
    const bench = await startBench(origin.url, { dailyQuotas: { file: 1, directory: 0, tag: 2 } });
    const refresh = (query: Query): ReturnType<typeof call> =>
      call(bench, asCall('RefreshDcdnObjectCaches', query));
    const byTag = (CacheTag: string): ReturnType<typeof call> =>
      call(bench, asCall('RefreshDcdnObjectCacheByCacheTag', { CacheTag, DomainName: DOMAIN }));
    const refused = { status: 400, json: { Code: 'QuotaExceeded.Refresh' } };

    expect(await refresh({ ObjectPath: `${DOMAIN}/` })).toMatchObject({ status: 200 });
    expect(await refresh({ ObjectPath: `${DOMAIN}/` })).toMatchObject(refused);
    const Directory = { ObjectPath: `${DOMAIN}/`, ObjectType: 'Directory' };
    expect(await refresh(Directory)).toMatchObject(refused);
    expect(await byTag('a,b,c')).toMatchObject(refused);
    expect(await byTag('a,b')).toMatchObject({ status: 200 });
    expect(await byTag('a')).toMatchObject(refused);
    expect(await ask(bench, 'DescribeDcdnRefreshQuota')).toEqual({
      ...FULL,
      UrlQuota: '1',
      UrlRemain: '0',
      DirQuota: '0',
      DirRemain: '0',
    });
  });

  test('10,000 URLs of a domain are all of a minute, however many the day has left', async ({
    expect,
  }) => {
    const origin = await startOrigin(serve({ body: 'old' }));
    const bench = await startBench(origin.url, {
      domains: { [DOMAIN]: origin.url, 'other.example': origin.url },
      dailyQuotas: { file: 1_000_000 },
      maxUrlBytes: 100_000,
    });
    const refresh = (domain: string, count: number): ReturnType<typeof call> => {
      const ObjectPath = Array.from({ length: count }, () => `${domain}/`).join('\n');
      return call(bench, asCall('RefreshDcdnObjectCaches', { ObjectPath }));
    };
    const tooMany = { status: 400, json: { Code: 'QuotaPerMinuteExceeded.Refresh' } };

    for (let count = 0; count < 10; count += 1) {
      bench.clock.advance(1000);
      expect((await refresh(DOMAIN, 1000)).status).toBe(200);
    }
    expect(await refresh(DOMAIN, 1)).toMatchObject(tooMany);
    expect(await refresh('other.example', 1)).toMatchObject({ status: 200 });
    bench.clock.advance(50_999);
    expect(await refresh(DOMAIN, 1)).toMatchObject(tooMany);
    bench.clock.advance(1);
    expect(await refresh(DOMAIN, 1001)).toMatchObject({ status: 400 });
    expect(await refresh(DOMAIN, 1000)).toMatchObject({ status: 200 });
    expect(await ask(bench, 'DescribeDcdnRefreshQuota')).toMatchObject({ UrlRemain: '988999' });
  });
});
