import { isFreshtagError, systemClock } from '@freshtag/core';
import { createRelay, type Alarm } from '@freshtag/core/relay';
import type { Core } from '@strapi/strapi';

import type { RelaySettings } from '../config.ts';
import type { Instance } from '../instance.ts';
import { stagesOf, type Stage } from '../outbox/stages.ts';
import { createBuildHook } from './build-hook.ts';
import type { StageCarrier } from './carrier.ts';
import { createOrderedStore } from './ready.ts';

const TRY_AGAIN_MS = 30_000;
const STOP_MS = 10_000;

/** What one instance of Strapi carries with. */
interface Carrying {
  readonly relay: RelaySettings;
  readonly stopping: AbortController;
  readonly carriers: StageCarrier[];
  /** Attempts to start that go on in the background. */
  readonly attempts: Promise<void>[];
}

const carryingOf = new WeakMap<Instance, Carrying>();

/**
 * Begins to carry what is to be refreshed. What cannot begin yet, because there is no access key for
 * example, is said in the log and tried again; what is to be refreshed waits.
 * @throws FreshtagError `INVALID_OPTION` for an option of the relay that is wrong
 */
export async function startTargets(instance: Instance): Promise<void> {
  const { relay } = instance.config;
  if (relay === false) return;
  const carrying: Carrying = {
    relay,
    stopping: new AbortController(),
    carriers: [],
    attempts: [],
  };
  carryingOf.set(instance, carrying);
  for (const stage of stagesOf(instance)) {
    const problem = await startStage(instance, stage, carrying);
    if (problem !== undefined) carrying.attempts.push(keepTrying(instance, stage, carrying));
  }
}

/** Ends what {@link startTargets} began; what is not done in ten seconds is left to another instance. */
export async function stopTargets(instance: Instance): Promise<void> {
  const carrying = carryingOf.get(instance);
  if (carrying === undefined) return;
  carryingOf.delete(instance);
  carrying.stopping.abort();
  await Promise.all(carrying.attempts);
  const stops = carrying.carriers.map((carrier) => carrier.stop({ timeoutMs: STOP_MS }));
  await Promise.allSettled(stops);
}

async function keepTrying(instance: Instance, stage: Stage, carrying: Carrying): Promise<void> {
  const { signal } = carrying.stopping;
  const clock = carrying.relay.clock ?? systemClock;
  let problem: string | undefined;
  do {
    await clock.sleep(TRY_AGAIN_MS, signal).catch(() => {});
    if (signal.aborted) return;
    problem = await startStage(instance, stage, carrying, problem);
  } while (problem !== undefined);
}

/** @returns what is in the way, which is logged unless it was before */
async function startStage(
  instance: Instance,
  stage: Stage,
  { relay, carriers }: Carrying,
  known?: string,
): Promise<string | undefined> {
  const { log } = instance.strapi;
  const targets = stage.targets.join(', ');
  try {
    const carrier = createCarrier(instance, stage, relay);
    await carrier.start();
    carriers.push(carrier);
    if (known !== undefined) log.info(`freshtag refreshes ${targets} now.`);
    return undefined;
  } catch (error) {
    // Later nobody is there to hear it.
    if (isFreshtagError(error, 'INVALID_OPTION') && known === undefined) throw error;
    const problem = isFreshtagError(error) ? error.message : String(error);
    if (problem !== known)
      log.warn(
        `freshtag cannot refresh ${targets} yet; what changes waits until it can. ${problem}`,
      );
    return problem;
  }
}

function createCarrier(
  { strapi, config }: Instance,
  stage: Stage,
  relay: RelaySettings,
): StageCarrier {
  const store = createOrderedStore(stage);
  if (stage.kind === 'dynamic')
    return createRelay({
      ...relay,
      store,
      onEvent: (event) => {
        if (event.type === 'alarm') logAlarm(strapi, stage, event.alarm);
        return relay.onEvent?.(event);
      },
    });
  const [name = ''] = stage.targets;
  const { target } = stage;
  const { environment } = config;
  const { clock, lookMs } = relay;
  return createBuildHook({ store, name, target, environment, clock, lookMs, log: strapi.log });
}

/** What waits or is parked is refreshed by nobody until somebody knows. */
function logAlarm({ log }: Core.Strapi, { targets }: Stage, alarm: Alarm): void {
  const { raised, message, problem } = alarm;
  const text = `freshtag, ${targets.join(', ')}: ${message} ${problem?.message ?? ''}`.trimEnd();
  if (raised) log.error(text);
  else log.info(text);
}
