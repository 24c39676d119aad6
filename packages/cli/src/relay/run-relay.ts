import type { RelayEvent } from '@freshtag/core/relay';

import type { Outcome } from '../outcome.ts';
import { printLine, printProgress } from '../output.ts';
import type { Session } from '../session.ts';
import { endpointOf } from '../settings/check.ts';
import { callOptionsOf, type Settings } from '../settings/settings.ts';
import { count } from '../table.ts';
import { eventLine } from './lines.ts';
import type { OpenOutbox } from './open-outbox.ts';

export interface RunFlags {
  readonly untilDrained?: true;
  readonly json?: true;
}

/** So long what is under way may take after Ctrl-C, in milliseconds. */
const STOP_MS = 10_000;

/** Carries rows until it is stopped, or until there are none. */
export async function runRelay(
  { store }: OpenOutbox,
  { untilDrained, json }: RunFlags,
  { settings, session }: { readonly settings: Settings; readonly session: Session },
): Promise<Outcome> {
  const { createRelay } = await import('@freshtag/core/relay');
  const carried = { rows: 0, calls: 0, parked: 0 };
  const onEvent = (event: RelayEvent): void => {
    if (event.type === 'accepted') {
      carried.rows += event.rows;
      carried.calls += 1;
    }
    if (event.type === 'parked') carried.parked += event.tags;
    tell(event, json === true);
  };
  const relay = createRelay({
    ...settings.relay.value,
    ...passOptionsOf(settings),
    limits: callOptionsOf(settings).limits,
    endpoint: await endpointOf(settings),
    store,
    onEvent,
  });
  await relay.start();
  printProgress(`Carries what is in ${store.name}. Ctrl-C ends it.`);
  try {
    if (untilDrained === true) await relay.drain({ signal: session.signal });
    else await aborted(session.signal);
  } catch (error) {
    if (!session.signal.aborted) throw error;
  } finally {
    await relay.stop({ timeoutMs: STOP_MS });
  }
  const { rows, calls, parked } = carried;
  const lines = [`${count(rows, 'row')} carried in ${count(calls, 'call')}`];
  if (parked > 0) lines.push(`${count(parked, 'tag')} parked: freshtag relay status`);
  return { result: { ...carried }, lines };
}

/** What a relay may be told by the settings of all commands. */
function passOptionsOf({
  secondPassDelayMs,
  edgeLayers,
  settleMs,
  pollIntervalMs,
  completionTimeoutMs,
}: Settings): Readonly<
  Record<'edgeLayers' | 'settleMs' | 'pollIntervalMs' | 'completionTimeoutMs', number>
> & { readonly secondPassDelayMs: number | false } {
  return {
    secondPassDelayMs: secondPassDelayMs.value,
    edgeLayers: edgeLayers.value,
    settleMs: settleMs.value,
    pollIntervalMs: pollIntervalMs.value,
    completionTimeoutMs: completionTimeoutMs.value,
  };
}

function tell(event: RelayEvent, json: boolean): void {
  const atMs = Date.now();
  if (json) {
    printLine(JSON.stringify({ atMs, ...event }));
    return;
  }
  const line = eventLine(event);
  if (line !== undefined) printProgress(`${new Date(atMs).toISOString().slice(11, 19)} ${line}`);
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  // A listener keeps no process alive, and between two looks a relay has nothing open.
  const alive = setInterval(() => {}, 2 ** 30);
  try {
    await promise;
  } finally {
    clearInterval(alive);
  }
}
