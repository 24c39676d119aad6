import { systemClock } from '@freshtag/core';
import { describe, onTestFinished, test } from 'vitest';

import { startEdge, type Edge, type EdgeOptions } from '../src/index.ts';
import { SDK_NAMES, SDKS, type SdkCall, type SdkName } from './sdk-clients.ts';
import { CREDENTIALS, DOMAIN } from './support.ts';

interface Started {
  readonly edge: Edge;
  readonly call: SdkCall;
}

// The SDKs go by the time of day.
async function start(
  name: SdkName,
  { key = CREDENTIALS, ...options }: Partial<EdgeOptions> & { key?: typeof CREDENTIALS } = {},
): Promise<Started> {
  const edge = await startEdge({
    domains: { [DOMAIN]: 'http://127.0.0.1:9' },
    pointsOfPresence: [{ name: 'pop', propagationDelayMs: 0 }],
    secondLayer: false,
    clock: systemClock,
    ...options,
  });
  onTestFinished(() => edge.close());
  return { edge, call: SDKS[name](edge.apiUrl, key) };
}

describe.for(SDK_NAMES)('%s, unchanged,', (name) => {
  test('refreshes by tag and by URL, and reads of both tasks in both forms', async ({ expect }) => {
    const { edge, call } = await start(name);
    const RequestId = expect.stringMatching(/^[0-9A-F-]{36}$/);
    const taskOf = (answer: unknown): string => (answer as { RefreshTaskId: string }).RefreshTaskId;

    const byTag = await call('RefreshDcdnObjectCacheByCacheTag', {
      DomainName: DOMAIN,
      CacheTag: "a b*c~d'(e)!/é标,plain",
      Force: true,
    });
    const byUrl = await call('RefreshDcdnObjectCaches', {
      ObjectPath: `http://${DOMAIN}/a?b=c&d=e%20f\nhttp://${DOMAIN}/d`,
      ObjectType: 'File',
    });

    expect(byTag).toEqual({ RequestId, RefreshTaskId: expect.stringMatching(/^\d+$/) });
    expect(edge.refreshes).toMatchObject([
      { outcome: 'accepted', tags: ["a b*c~d'(e)!/é标", 'plain'], force: true },
      { outcome: 'accepted', objects: [`http://${DOMAIN}/a?b=c&d=e%20f`, `http://${DOMAIN}/d`] },
    ]);
    const TaskId = [byTag, byUrl].map(taskOf).join(',');
    expect(await call('DescribeDcdnRefreshTaskById', { TaskId })).toMatchObject({
      RequestId,
      TotalCount: 3,
      Tasks: [
        { TaskId: taskOf(byTag), ObjectType: 'tag', Process: '100%', Status: 'Complete' },
        { TaskId: taskOf(byUrl), ObjectType: 'file', Process: '100%', Status: 'Complete' },
        { TaskId: taskOf(byUrl), ObjectType: 'file', Process: '100%', Status: 'Complete' },
      ],
    });
    const all = await call('DescribeDcdnRefreshTasks', { ObjectType: 'file', DomainName: DOMAIN });
    expect(all).toMatchObject({
      TotalCount: 2,
      PageNumber: 1,
      PageSize: 20,
      Tasks: { Task: [{ Process: '100' }, { Process: '100' }] },
    });
    expect(await call('DescribeDcdnRefreshQuota', {})).toMatchObject({
      RequestId,
      UrlQuota: '10000',
      UrlRemain: '9998',
    });
  });

  test.for([
    [
      'RefreshDcdnObjectCacheByCacheTag',
      { DomainName: 'x.example', CacheTag: 'a' },
      'InvalidDomain.NotFound',
    ],
    [
      'RefreshDcdnObjectCacheByCacheTag',
      { DomainName: DOMAIN, CacheTag: 'a,,b' },
      'InvalidParameters',
    ],
    [
      'RefreshDcdnObjectCaches',
      { ObjectPath: `${DOMAIN}/`, ObjectType: 'x' },
      'InvalidObjectType.Malformed',
    ],
    ['DescribeDcdnRefreshTaskById', { TaskId: 'x' }, 'InvalidTaskId.Malformed'],
    ['DescribeDcdnRefreshTasks', { Status: 'Complete' }, 'MissingParameter.ObjectType'],
  ] as const)(
    'throws with the code of a refusal: %s %j',
    async ([action, query, code], { expect }) => {
      const { call } = await start(name);

      await expect(call(action, query)).rejects.toMatchObject({ code });
    },
  );

  test('throws with the code of a fault that meets a report of the quota', async ({ expect }) => {
    const { edge, call } = await start(name);
    edge.injectFault({ kind: 'refused', code: 'Throttling.User' });

    await expect(call('DescribeDcdnRefreshQuota', {})).rejects.toMatchObject({
      code: 'Throttling.User',
    });
  });

  test('throws at a page of HTML, and has its answer the next time', async ({ expect }) => {
    const { edge, call } = await start(name);
    edge.injectFault({ kind: 'html' });

    await expect(call('DescribeDcdnRefreshQuota', {})).rejects.toThrow();
    expect(await call('DescribeDcdnRefreshQuota', {})).toMatchObject({ DirQuota: '100' });
  });

  test('is refused with a wrong key, a wrong secret, and a token that is not the key’s', async ({
    expect,
  }) => {
    const attempt = async (key: object, options: Partial<EdgeOptions> = {}): Promise<unknown> => {
      const { call } = await start(name, { key: { ...CREDENTIALS, ...key }, ...options });
      return call('DescribeDcdnRefreshQuota', {});
    };
    const credentials = { ...CREDENTIALS, securityToken: 'tok+/=en' };

    await expect(attempt({ accessKeyId: 'nobody' })).rejects.toMatchObject({
      code: 'InvalidAccessKeyId.NotFound',
    });
    await expect(attempt({ accessKeySecret: 'wrong' })).rejects.toMatchObject({
      code: expect.stringMatching(/^(SignatureDoesNotMatch|InvalidAccessKeySecret)$/),
    });
    await expect(attempt({ securityToken: 'other' }, { credentials })).rejects.toMatchObject({
      code: 'InvalidSecurityToken.MismatchWithAccessKey',
    });
    await expect(attempt({}, { credentials })).rejects.toMatchObject({
      code: 'MissingSecurityToken',
    });
    expect(await attempt({ securityToken: 'tok+/=en' }, { credentials })).toMatchObject({
      DirQuota: '100',
    });
  });
});
