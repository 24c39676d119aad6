import { DCDN_ENDPOINT, planCalls } from '@freshtag/core';

import type { Instance } from '../instance.ts';
import { stagesOf } from '../outbox/stages.ts';

const DEFAULT_EDGE_LAYERS = 2;

/** How many calls tags need at the fewest, with all passes: more if others do not wait with them. */
export function countCalls(instance: Instance, tags: readonly string[]): number {
  const { relay } = instance.config;
  const settings = relay === false ? {} : relay;
  const { endpoint = DCDN_ENDPOINT, limits, includeOverflow, secondPassDelayMs } = settings;
  const passes = secondPassDelayMs === false ? 1 : 1 + (settings.edgeLayers ?? DEFAULT_EDGE_LAYERS);
  const domains = stagesOf(instance).flatMap((stage) =>
    stage.kind === 'dynamic' ? stage.domains : [],
  );
  if (domains.length === 0 || tags.length === 0) return 0;
  const calls = planCalls(tags, {
    domain: domains,
    endpoint,
    ...(limits !== undefined && { limits }),
    ...(includeOverflow !== undefined && { includeOverflow }),
  });
  return calls.length * passes;
}
