import {
  describeRefreshQuota,
  endpointTime,
  isFreshtagError,
  refreshObjectCacheByCacheTag,
  type DcdnClient,
} from '@freshtag/core';

import type { Instance } from '../../instance.ts';
import { stagesOf } from '../../outbox/stages.ts';
import { CLOUD_TIMEOUT_MS, withCloud } from '../cloud.ts';
import type { Reader } from '../reader.ts';
import { credentialsView, problemOf } from '../settings.ts';
import { showProblem } from '../show-problem.ts';
import { failed, passed, unknown, type Finding } from './finding.ts';

/** No answer has it: to refresh it drops nothing. */
const PROBE_TAG = 'freshtag:probe';
/** Nobody's, as the end of its name says: what the cloud says of it costs no quota. */
const NO_DOMAIN = 'freshtag-probe.invalid';
/** A call is refused if the clocks are further apart; nearer than this is well. */
const LARGE_SKEW_MS = 60_000;
const MOST_SKEW_MS = 15 * 60_000;
const DAY_MS = 86_400_000;

/** What is wrong with whoever signs, or with the way to the cloud. */
const OF_SIGNING: ReadonlySet<string> = new Set([
  'NO_CREDENTIALS',
  'INVALID_OPTION',
  'KEY_REFUSED',
  'SIGNATURE_REFUSED',
  'CLOCK_SKEWED',
  'ENDPOINT_UNREACHABLE',
  'API_UNREADABLE',
  'FILE_UNUSABLE',
  'FILE_INACCESSIBLE',
]);

/** Whether there is a key. */
export async function findKey(instance: Instance): Promise<Finding> {
  const { credentials, credentialsProblem } = await credentialsView(instance);
  if (credentials === undefined) return { result: 'failed', problem: credentialsProblem };
  return passed(`${credentials.accessKeyId} (${credentials.source})`);
}

/** Whether our clock is near enough to the cloud's. */
export async function compareClocks({ config: { relay } }: Instance): Promise<Finding> {
  const { endpoint, env, dispatcher, clock } = relay === false ? {} : relay;
  try {
    const { theirMs, ourMs } = await endpointTime({
      timeoutMs: CLOUD_TIMEOUT_MS,
      ...(endpoint !== undefined && { endpoint }),
      ...(env !== undefined && { env }),
      ...(dispatcher !== undefined && { dispatcher }),
      ...(clock !== undefined && { clock }),
    });
    const skewMs = Math.abs(theirMs - ourMs);
    const seen = `${Math.round(skewMs / 1000)} s`;
    if (skewMs < LARGE_SKEW_MS) return passed(seen);
    const ending =
      skewMs < MOST_SKEW_MS ? 'Calls are still taken, but not for long.' : 'Calls are refused.';
    const message = `The clock here and that of the API are ${seen} apart. ${ending} Let this machine set its clock by the network.`;
    return failed({ code: 'CLOCK_SKEWED', message }, seen);
  } catch (error) {
    return failed(problemOf(error));
  }
}

/** Whether the cloud takes what we sign: by a question that changes nothing. */
export async function trySignature(instance: Instance): Promise<Finding> {
  try {
    await withCloud(instance, (client) => describeRefreshQuota(client));
    return passed();
  } catch (error) {
    if (isFreshtagError(error, 'FORBIDDEN'))
      return passed('The key may not ask for quotas: dcdn:DescribeDcdnRefreshQuota');
    return isOfSigning(error) ? failed(problemOf(error)) : unknown(problemOf(error));
  }
}

/** Whether the key may refresh by tag: whoever may not is told so before the domain is looked at. */
export async function tryPermission(instance: Instance): Promise<Finding> {
  try {
    await withCloud(instance, (client) => refreshProbe(client, NO_DOMAIN));
    return passed();
  } catch (error) {
    if (isFreshtagError(error, 'DOMAIN_REFUSED')) return passed();
    const isRefused = isFreshtagError(error, 'FORBIDDEN') || isOfSigning(error);
    return isRefused ? failed(problemOf(error)) : unknown(problemOf(error));
  }
}

/** Whether the domain is the account's: no question tells, so by what became of the last call. */
export async function rememberDomain(
  instance: Instance,
  domain: string,
  reader: Reader,
): Promise<Finding> {
  const sight = { isAll: reader.mayReadEverything(), isOwn: false };
  const sinceMs = Date.now() - DAY_MS;
  for (const { domains, store } of stagesOf(instance)) {
    if (!domains.includes(domain)) continue;
    const rows = await store.history({ domain, sinceMs, limit: 20 });
    for (const { problem, batch } of rows) {
      if (problem?.code === 'DOMAIN_REFUSED')
        return { result: 'failed', problem: showProblem(problem, sight) };
      if (batch !== undefined && batch.calls.length > 0) return passed(domain);
    }
  }
  const message = `Nothing was refreshed for ${domain} in the last day, and no question to the API tells whether it is the account's. The last step finds out.`;
  return unknown({ code: 'NOT_VERIFIED', message });
}

/** Refreshes a tag that is on nothing. */
export async function tryRefresh(instance: Instance, domain: string): Promise<Finding> {
  try {
    const answer = await withCloud(instance, (client) => refreshProbe(client, domain));
    return passed(`${answer.requestId}, ${answer.taskIds.join(', ')}`);
  } catch (error) {
    return failed(problemOf(error));
  }
}

function refreshProbe(
  client: DcdnClient,
  domain: string,
): ReturnType<typeof refreshObjectCacheByCacheTag> {
  return refreshObjectCacheByCacheTag(client, {
    domainName: domain,
    cacheTags: [PROBE_TAG],
    force: false,
  });
}

function isOfSigning(error: unknown): boolean {
  return !isFreshtagError(error) || OF_SIGNING.has(error.code);
}
