import type { Clock } from '@freshtag/core';

import type { EdgeEvent, EventLog } from './events.ts';
import { Refusal, type Refusals } from './refusal.ts';
import type { Tasks } from './tasks.ts';

export interface ActionContext {
  readonly domain: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly tasks: Tasks;
  readonly events: EventLog;
  readonly refusals: Refusals;
}

type Query = Readonly<Record<string, string>>;
/** @throws Refusal */
type Action = (query: Query, context: ActionContext) => Readonly<Record<string, unknown>>;

const MAX_CACHE_TAG_CHARACTERS = 16_384;
const MAX_TASK_IDS = 10;

/** What the API can do, by `x-acs-action`. */
export const actions: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['RefreshDcdnObjectCacheByCacheTag', refreshByCacheTag],
  ['DescribeDcdnRefreshTaskById', describeTasksById],
]);

function refreshByCacheTag(query: Query, context: ActionContext): { RefreshTaskId: string } {
  const asked = {
    at: context.clock.now(),
    type: 'refresh',
    domain: query['DomainName'] ?? '',
    tags: (query['CacheTag'] ?? '').split(',').filter((tag) => tag !== ''),
    force: query['Force'] === 'true',
  } as const satisfies Partial<EdgeEvent>;
  try {
    context.refusals.check();
    checkRefresh(query, context.domain);
  } catch (error) {
    if (error instanceof Refusal)
      context.events.add({ ...asked, outcome: 'refused', code: error.code });
    throw error;
  }
  const taskId = context.tasks.start({ tags: asked.tags, force: asked.force });
  context.events.add({ ...asked, outcome: 'accepted', taskId });
  return { RefreshTaskId: taskId };
}

function checkRefresh(query: Query, domain: string): void {
  const asked = required(query, 'DomainName');
  if (asked.includes('*') || asked.startsWith('.')) {
    throw new Refusal(
      400,
      'InvalidExtensiveDomain.ValueNotSupported',
      'A wildcard domain cannot be refreshed.',
    );
  }
  if (asked.toLowerCase() !== domain) {
    throw new Refusal(
      404,
      'InvalidDomain.NotFound',
      'The domain does not exist or does not belong to you.',
    );
  }
  const cacheTag = required(query, 'CacheTag');
  if (cacheTag.length > MAX_CACHE_TAG_CHARACTERS || cacheTag.split(',').includes('')) {
    throw new Refusal(
      400,
      'InvalidParameters',
      `CacheTag: 1 to ${MAX_CACHE_TAG_CHARACTERS} characters, no empty tag.`,
    );
  }
  if (!['true', 'false', undefined].includes(query['Force'])) {
    throw new Refusal(400, 'InvalidParameters', 'Force must be true or false.');
  }
}

function describeTasksById(
  query: Query,
  { tasks }: ActionContext,
): { TotalCount: number; Tasks: readonly unknown[] } {
  const taskIds = required(query, 'TaskId').split(',');
  if (taskIds.some((taskId) => !/^\d{1,20}$/.test(taskId))) {
    throw new Refusal(400, 'InvalidTaskId.Malformed', 'A TaskId is a number.');
  }
  if (taskIds.length > MAX_TASK_IDS) {
    throw new Refusal(
      400,
      'InvalidTaskId',
      `At most ${MAX_TASK_IDS} tasks can be asked for in one call.`,
    );
  }
  const known = taskIds.map((taskId) => tasks.report(taskId)).filter((task) => task !== undefined);
  return { TotalCount: known.length, Tasks: known };
}

function required(query: Query, name: string): string {
  const value = query[name];
  if (value !== undefined && value !== '') return value;
  throw new Refusal(400, `Missing${name}`, `${name} is mandatory for this action.`);
}
