import { describe, test } from 'vitest';

import { asCall, call } from './signed-call.ts';
import { serve, startBench, startOrigin, summary, type Bench, type Origin } from './support.ts';

const SHOP = 'shop.example';
const BLOG = 'blog.example';

interface Two {
  readonly bench: Bench;
  readonly shop: Origin;
  readonly blog: Origin;
  /** What both domains answer for a path, as `HIT shop`. */
  readonly visitBoth: (path?: string) => Promise<string[]>;
}

async function startTwo(): Promise<Two> {
  const shop = await startOrigin(serve({ body: 'shop' }));
  const blog = await startOrigin(serve({ body: 'blog' }));
  const bench = await startBench(shop.url, { domains: { [SHOP]: shop.url, [BLOG]: blog.url } });
  const visitBoth = async (path = '/'): Promise<string[]> => {
    const answers = [SHOP, BLOG].map((host) => bench.visit(path, { headers: { host } }));
    return (await Promise.all(answers)).map(summary);
  };
  return { bench, shop, blog, visitBoth };
}

describe('several domains', () => {
  test('each is served from its own origin, and the edge’s own address is the first', async ({
    expect,
  }) => {
    const { bench, shop, blog, visitBoth } = await startTwo();

    expect(bench.edge.domains).toEqual([SHOP, BLOG]);
    expect(await visitBoth()).toEqual(['MISS shop', 'MISS blog']);
    expect(summary(await bench.visit('/'))).toBe('HIT shop');
    expect(await bench.visit('/', { headers: { host: 'x.example' } })).toMatchObject({
      status: 421,
    });
    expect(shop.received[0]?.headers.host).toBe(SHOP);
    expect(blog.received[0]?.headers.host).toBe(BLOG);
  });

  test('two domains before one origin share no stored response', async ({ expect }) => {
    const origin = await startOrigin((incoming, outgoing) => {
      outgoing.writeHead(200, { 'cache-control': 'max-age=60' }).end(incoming.headers.host);
    });
    const domains = { [SHOP]: origin.url, [BLOG]: origin.url };
    const { visit } = await startBench(origin.url, { domains });

    for (const host of [SHOP, BLOG])
      expect(summary(await visit('/', { headers: { host } }))).toBe(`MISS ${host}`);
  });

  test('a refresh of a tag touches its domain only', async ({ expect }) => {
    const { bench, visitBoth } = await startTwo();
    await visitBoth();

    const query = { CacheTag: 'page', DomainName: 'Blog.example', Force: 'true' };
    expect(await call(bench, asCall('RefreshDcdnObjectCacheByCacheTag', query))).toMatchObject({
      status: 200,
    });
    bench.clock.advance(1000);

    expect(await visitBoth()).toEqual(['HIT shop', 'MISS blog']);
  });

  test.for([
    ['File', `${BLOG}/a`],
    ['Directory', `${BLOG}/`],
    ['Regex', `${BLOG}/.*`],
    ['IgnoreParams', `${BLOG}/a`],
  ] as const)(
    'a refresh by %s touches the domains of its URLs only',
    async ([ObjectType, ObjectPath], { expect }) => {
      const { bench, visitBoth } = await startTwo();
      await visitBoth('/a');

      const query = { ObjectType, ObjectPath, Force: 'true' };
      await call(bench, asCall('RefreshDcdnObjectCaches', query));
      bench.clock.advance(1000);

      expect(await visitBoth('/a')).toEqual(['HIT shop', 'MISS blog']);
    },
  );

  test('a report by domain leaves out the rows of other domains', async ({ expect }) => {
    const { bench } = await startTwo();
    const ObjectPath = `${SHOP}/a\n${BLOG}/a`;
    await call(bench, asCall('RefreshDcdnObjectCaches', { ObjectPath }));

    const query = { ObjectType: 'file', DomainName: BLOG };
    const { json } = await call(bench, asCall('DescribeDcdnRefreshTasks', query));

    expect(json).toMatchObject({
      TotalCount: 1,
      Tasks: { Task: [{ ObjectPath: `${BLOG}/a` }] },
    });
  });
});

test('without a second layer a refresh is complete when it has reached the points', async ({
  expect,
}) => {
  const origin = await startOrigin(serve({ body: 'old' }));
  const bench = await startBench(origin.url, { secondLayer: false });
  await bench.visit('/');
  await bench.visit('/', { pop: 'pop-2' });
  const TaskId = await bench.refresh(['page']);
  bench.clock.advance(200);

  const report = await call(bench, asCall('DescribeDcdnRefreshTaskById', { TaskId }));

  expect(origin.asked).toHaveLength(2);
  expect(report.json).toMatchObject({ Tasks: [{ Process: '50%' }] });
});
