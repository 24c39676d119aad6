import { AssertionError } from 'node:assert';

import { describe, test } from 'vitest';

import { expectFresh, expectHit, expectMiss } from '../src/index.ts';
import { serve, startBench, startOrigin, type Page } from './support.ts';

async function fixture() {
  const page: Page = { body: 'old' };
  const origin = await startOrigin(serve(page));
  return { page, ...(await startBench(origin.url)) };
}

describe('the assertions of the test kit', () => {
  test('expectMiss and expectHit tell whether the point of presence answered alone', async ({
    expect,
  }) => {
    const { edge } = await fixture();

    expect((await expectMiss(edge, '/')).body).toBe('old');
    expect(await expectHit(edge, '/')).toMatchObject({ status: 200, body: 'old', hit: true });
    await expectMiss(edge, '/', { point: 'pop-2' });
    await expectHit(edge, '/', { point: 'pop-2' });
  });

  test('what fails says what came, and from where', async ({ expect }) => {
    const { edge } = await fixture();
    await expectMiss(edge, '/a');

    await expect(expectMiss(edge, '/a')).rejects.toThrow(AssertionError);
    await expect(expectMiss(edge, '/a')).rejects.toThrow(
      /Expected a miss for www\.example\.com\/a at pop-1, and it was a hit\.\n {2}status: 200\n {2}x-cache: HIT/,
    );
    await expect(expectHit(edge, '/b')).rejects.toThrow(/Expected a hit for .*\/b at pop-1/);
  });

  test('expectFresh compares every point of presence with the origin', async ({ expect }) => {
    const { edge, page, refresh, clock } = await fixture();
    await expectMiss(edge, '/');
    await expectMiss(edge, '/', { point: 'pop-2' });
    await expectFresh(edge, '/');
    page.body = 'new';

    await expect(expectFresh(edge, '/')).rejects.toMatchObject({
      message: expect.stringMatching(/^Stale: .* at pop-1; .* at pop-2\./),
      actual: 'old',
      expected: 'new',
    });
    await refresh(['page']);
    clock.advance(500);
    await expectFresh(edge, '/', { point: 'pop-1' });
    await expect(expectFresh(edge, '/')).rejects.toThrow(/^Stale: \S+ at pop-2\./);
    clock.advance(500);
    await expectFresh(edge, '/');
  });

  test('a page that is gone is stale as long as it is served', async ({ expect }) => {
    const { edge, page, refresh, clock } = await fixture();
    await expectMiss(edge, '/');
    Object.assign(page, { status: 404, body: 'old' });

    await expect(expectFresh(edge, '/')).rejects.toThrow(/answers 404 by now/);
    await refresh(['page']);
    clock.advance(1000);
    await expectFresh(edge, '/');
  });
});
