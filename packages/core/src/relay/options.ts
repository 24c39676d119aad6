import * as v from 'valibot';

import { checkOptions, milliseconds, text } from '../check-options.ts';
import type { DcdnClientOptions } from '../dcdn/client.ts';
import { FreshtagError, invalidOption } from '../errors.ts';
import { DEFAULT_COMPLETION } from '../refresh/completion.ts';
import { resolveLimits, type RefreshLimits } from '../refresh/limits.ts';
import { checkPassOptions, type PassOptions } from '../refresh/passes.ts';
import { DEFAULT_MAX_AGE_MS, type AlarmOptions } from './alarm.ts';
import { DEFAULT_BREAKER, type BreakerOptions } from './breaker.ts';
import type { RelayEvent } from './events.ts';
import type { LadderOptions } from './ladder.ts';
import type { CarriedStore, Retention } from './outbox.ts';
import { DEFAULT_ACCOUNT } from './shared-pace.ts';
import { DEFAULT_WINDOW, type WindowOptions } from './window.ts';

export interface RelayOptions
  extends Omit<DcdnClientOptions, 'maxCallsPerSecond' | 'pace'>, PassOptions {
  readonly store: CarriedStore;
  /** How long rows gather. */
  readonly window?: Partial<WindowOptions>;
  readonly limits?: Partial<RefreshLimits>;
  /** Refresh the overflow tag `type:*` of each tag's type too. Default `true`. */
  readonly includeOverflow?: boolean;
  /** Relays that share a store share one pace for each account. Any name. Default `default`. */
  readonly account?: string;
  /** IANA name of the time zone of the quota's day. Default `Asia/Shanghai`. Undocumented for DCDN. */
  readonly quotaTimeZone?: string;
  readonly breaker?: Partial<BreakerOptions>;
  readonly ladder?: LadderOptions;
  readonly alarm?: AlarmOptions;
  /** How long what has ended is kept. Default 30 days, and 1,000,000 rows. */
  readonly retention?: Partial<Retention>;
  /**
   * What a relay has claimed is free for others so long after it was last heard of, in milliseconds.
   * Default 60,000.
   */
  readonly leaseMs?: number;
  /** Most rows that are claimed at once. Default 10,000. */
  readonly claimLimit?: number;
  /**
   * How often the store is asked for rows when there are none, in milliseconds. Default: as long as
   * `window.idleMs`, from 50 to 500.
   */
  readonly lookMs?: number;
  /** Tasks that fail so often in a row park their tags. Default 5. */
  readonly maxFailures?: number;
  /** For people, in leases. Default: the process id. */
  readonly name?: string;
  readonly onEvent?: (event: RelayEvent) => void;
  /** Source of jitter: a number from 0 to 1. Default `Math.random`. */
  readonly random?: () => number;
}

export interface RelaySettings {
  readonly window: WindowOptions;
  readonly limits: RefreshLimits;
  readonly includeOverflow: boolean;
  readonly account: string;
  readonly quotaTimeZone: string;
  readonly breaker: BreakerOptions;
  readonly ladder: LadderOptions | undefined;
  readonly alarm: AlarmOptions & { readonly maxAgeMs: number };
  readonly retention: Retention;
  readonly leaseMs: number;
  readonly claimLimit: number;
  readonly lookMs: number;
  readonly maxFailures: number;
  readonly name: string;
  readonly passes: number;
  readonly secondPassDelayMs: number;
  readonly pollIntervalMs: number;
  readonly settleMs: number;
  readonly completionTimeoutMs: number;
}

const DAY_MS = 86_400_000;
const DEFAULT_RETENTION: Retention = { maxAgeMs: 30 * DAY_MS, maxRows: 1_000_000 };
const DEFAULT_SECOND_PASS_DELAY_MS = 30_000;
const DEFAULT_EDGE_LAYERS = 2;

/** @throws FreshtagError `INVALID_OPTION` */
export function resolveRelayOptions(options: RelayOptions): RelaySettings {
  checkOptions(SCHEMA, options);
  checkPassOptions(options);
  const { secondPassDelayMs = DEFAULT_SECOND_PASS_DELAY_MS } = options;
  const { quotaTimeZone = 'Asia/Shanghai' } = options;
  checkTimeZone(quotaTimeZone);
  checkWebhook(options.alarm?.webhook);
  const window = { ...DEFAULT_WINDOW, ...options.window };
  if (window.maxMs < window.idleMs)
    throw invalidOption('window.maxMs', window.maxMs, 'at least as much as window.idleMs');
  return {
    ...DEFAULT_COMPLETION,
    ...pick(options, ['pollIntervalMs', 'settleMs', 'completionTimeoutMs']),
    window,
    limits: resolveLimits(options.limits),
    includeOverflow: options.includeOverflow ?? true,
    account: options.account ?? DEFAULT_ACCOUNT,
    quotaTimeZone,
    breaker: { ...DEFAULT_BREAKER, ...options.breaker },
    ladder: options.ladder,
    alarm: { maxAgeMs: DEFAULT_MAX_AGE_MS, ...options.alarm },
    retention: { ...DEFAULT_RETENTION, ...options.retention },
    leaseMs: options.leaseMs ?? 60_000,
    claimLimit: options.claimLimit ?? 10_000,
    lookMs: options.lookMs ?? Math.min(500, Math.max(50, window.idleMs)),
    maxFailures: options.maxFailures ?? 5,
    name: options.name ?? String(process.pid),
    passes: secondPassDelayMs === false ? 1 : 1 + (options.edgeLayers ?? DEFAULT_EDGE_LAYERS),
    secondPassDelayMs: secondPassDelayMs === false ? 0 : secondPassDelayMs,
  };
}

function pick<T extends object, K extends keyof T>(
  from: T,
  names: readonly K[],
): Partial<Pick<T, K>> {
  const given = names.filter((name) => from[name] !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- made of the names that are there
  return Object.fromEntries(given.map((name) => [name, from[name]])) as Partial<Pick<T, K>>;
}

function checkTimeZone(timeZone: string): void {
  try {
    Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw invalidOption('quotaTimeZone', timeZone, 'an IANA name such as Asia/Shanghai or UTC');
  }
}

/** Nothing of it is shown: its address and its headers may be secrets. */
function checkWebhook(webhook: unknown): void {
  if (webhook === undefined) return;
  const allowed = v.strictObject({
    url: v.pipe(v.string(), v.url(), v.regex(/^https?:/)),
    headers: v.optional(v.record(v.string(), v.string())),
  });
  if (!v.is(allowed, webhook))
    throw new FreshtagError(
      'INVALID_OPTION',
      'alarm.webhook: this is not allowed. Give an object with url, an http or https URL, and perhaps headers, an object of texts.',
    );
}

function whole(least: number): v.GenericSchema {
  const allowed = `a whole number of ${least} or more`;
  return v.optional(v.pipe(v.number(allowed), v.safeInteger(allowed), v.minValue(least, allowed)));
}

const PATHS = 'a list of 1 to 100 URL paths, such as /news/';
const FUNCTION = v.optional(v.function('a function'));

/** Only what is the relay's own; what it hands on is checked where it is used. */
const SCHEMA: v.GenericSchema = v.looseObject({
  store: v.looseObject(
    { claim: v.function('a store such as createSqliteOutbox makes') },
    'a store such as createSqliteOutbox makes',
  ),
  window: v.optional(
    v.strictObject(
      { idleMs: milliseconds(0), maxMs: milliseconds(0) },
      'an object like { idleMs: 1000 }',
    ),
  ),
  breaker: v.optional(
    v.strictObject(
      { failures: whole(1), openMs: milliseconds(1) },
      'an object like { failures: 5 }',
    ),
  ),
  retention: v.optional(
    v.strictObject({ maxAgeMs: whole(0), maxRows: whole(0) }, 'an object like { maxRows: 10_000 }'),
  ),
  ladder: v.optional(
    v.strictObject(
      {
        maxCalls: v.nonOptional(whole(1), 'a whole number of 1 or more'),
        maxWindowMs: milliseconds(1),
        coarser: FUNCTION,
        directories: v.optional(
          v.pipe(
            v.array(v.pipe(v.string(PATHS), v.startsWith('/', PATHS)), PATHS),
            v.minLength(1, PATHS),
            v.maxLength(100, PATHS),
          ),
        ),
      },
      'an object like { maxCalls: 5 }',
    ),
  ),
  alarm: v.optional(
    v.strictObject(
      {
        maxAgeMs: milliseconds(1),
        onAlarm: FUNCTION,
        webhook: v.optional(v.any()),
      },
      'an object like { maxAgeMs: 300_000 }',
    ),
  ),
  onEvent: FUNCTION,
  random: FUNCTION,
  account: text('a name'),
  name: text('a name'),
  includeOverflow: v.optional(v.boolean('true or false')),
  leaseMs: milliseconds(1000),
  lookMs: milliseconds(1),
  claimLimit: whole(1),
  maxFailures: whole(1),
});
