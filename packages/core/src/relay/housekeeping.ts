import { untilAborted } from '../abort.ts';
import { isFreshtagError } from '../errors.ts';
import { alarmsOf, type Alarm, type AlarmKind, type AlarmOptions } from './alarm.ts';
import type { Report } from './events.ts';
import type { RelaySettings } from './options.ts';
import type { CarriedStore, OutboxStatistics, Problem } from './outbox.ts';
import { postAlarm } from './webhook.ts';

export interface Housekeeping {
  /** Looks at the figures, and says what somebody should look at. Never rejects. */
  readonly look: () => Promise<void>;
  /** Removes what is kept for longer than it shall be. */
  readonly prune: () => Promise<void>;
}

export function createHousekeeping({
  store,
  settings: { alarm, retention },
  report,
  signal,
  onFigures,
}: {
  readonly store: CarriedStore;
  readonly settings: Pick<RelaySettings, 'alarm' | 'retention'>;
  readonly report: Report;
  readonly signal: AbortSignal;
  /** Told what each look has found. */
  readonly onFigures: (figures: OutboxStatistics) => void;
}): Housekeeping {
  const ears = earsOf(alarm, report).map((tell) => ({ tell, raised: new Set<AlarmKind>() }));
  return {
    look: async () => {
      const figures = await readFigures(store);
      if (!('code' in figures)) {
        onFigures(figures);
        report({ type: 'figures', statistics: figures });
      }
      const hear = async ({ tell, raised }: (typeof ears)[number]): Promise<void> => {
        for (const one of alarmsOf(figures, raised, alarm.maxAgeMs)) {
          // One that did not arrive is told again at the next look, to this ear alone.
          if (!(await arrives(() => tell(one, signal), signal))) continue;
          if (one.raised) raised.add(one.kind);
          else raised.delete(one.kind);
        }
      };
      await Promise.all(ears.map(hear));
    },
    prune: async () => {
      const rows = await store.prune(retention);
      if (rows > 0) report({ type: 'pruned', rows });
    },
  };
}

type Ear = (alarm: Alarm, signal: AbortSignal) => Promise<void>;

function earsOf({ onAlarm, webhook }: AlarmOptions, report: Report): Ear[] {
  return [
    async (alarm) => report({ type: 'alarm', alarm }),
    async (alarm, signal) => untilAborted(async () => onAlarm?.(alarm), signal),
    async (alarm, signal) => webhook && postAlarm(alarm, webhook, signal),
  ];
}

async function arrives(tell: () => Promise<void>, signal: AbortSignal): Promise<boolean> {
  try {
    await tell();
    return true;
  } catch (error) {
    if (!signal.aborted)
      process.emitWarning(
        `An alarm of the relay did not arrive: ${String(error)}`,
        'FreshtagWarning',
      );
    return false;
  }
}

/** The figures, or why there are none. */
export async function readFigures(store: CarriedStore): Promise<OutboxStatistics | Problem> {
  try {
    return await store.statistics();
  } catch (error) {
    return toProblem(error);
  }
}

export function toProblem(error: unknown): Problem {
  if (isFreshtagError(error)) return { code: error.code, message: error.message };
  return { code: 'INTERNAL', message: String(error) };
}
