import { systemClock, type Clock } from '../../clock.ts';
import { isFreshtagError } from '../../errors.ts';
import { isRecord } from '../../json.ts';
import { toPrintable } from '../../printable.ts';
import { untilAborted } from '../../abort.ts';
import { decodeText, encodeText, versionOf } from './encoding.ts';
import { stateConflict, stateUnavailable, type StateStore, type StoreSettings } from './store.ts';

/** What freshtag needs of an instance of https://unstorage.unjs.io: one fits as it is. */
export interface UnstorageLike {
  getItemRaw(key: string): Promise<unknown>;
  setItemRaw(key: string, value: string): Promise<void>;
  removeItem(key: string): Promise<void>;
}

export interface UnstorageStoreOptions extends StoreSettings {
  readonly storage: UnstorageLike;
  readonly key: string;
  /** Longest wait for the storage, in milliseconds. Default 60,000. */
  readonly timeoutMs?: number | undefined;
}

const LEASE_WAIT_MS = 120_000;
const STEP_MS = 250;
const PACKED = 'freshtag:base64:';

/**
 * A store in any unstorage instance. Its drivers cannot compare and set, so writes wait for a lease
 * under a second key. That is weak: a driver may show a write late, and two that take the lease in
 * the same moment are told apart only by reading it back.
 */
export function createUnstorageStore(options: UnstorageStoreOptions): StateStore {
  const { storage, key, clock = systemClock, timeoutMs = 60_000 } = options;
  const name = `unstorage (${key})`;
  const call = async <T>(start: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      return await untilAborted(
        start,
        signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      );
    } catch (error) {
      signal?.throwIfAborted();
      if (isFreshtagError(error)) throw error;
      const why = timeout.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(error);
      throw stateUnavailable(name, why);
    }
  };
  const read: StateStore['read'] = async ({ signal } = {}) => {
    const value = await call(() => storage.getItemRaw(key), signal);
    const text = await unpack(value, name);
    return text === undefined ? undefined : { text, version: versionOf(text) };
  };
  return {
    name,
    guarantee: 'lease',
    read,
    write: async (text, { expected, signal }) => {
      const packed = PACKED + (await encodeText(text, name)).toString('base64');
      if ((await read({ signal }))?.version !== expected) throw stateConflict(name);
      await call(() => storage.setItemRaw(key, packed), signal);
      return versionOf(text);
    },
    acquire: async ({ ttlMs, owner, signal }) =>
      acquireLease({ storage, key: `${key}.lease`, name, clock, ttlMs, owner, signal, call }),
  };
}

interface LeaseUse {
  readonly storage: UnstorageLike;
  readonly key: string;
  readonly name: string;
  readonly clock: Clock;
  readonly ttlMs: number;
  readonly owner: string;
  readonly signal: AbortSignal | undefined;
  readonly call: <T>(start: () => Promise<T>, signal?: AbortSignal) => Promise<T>;
}

async function acquireLease(use: LeaseUse): Promise<() => Promise<void>> {
  const { storage, key, clock, ttlMs, owner, signal, call } = use;
  const deadlineMs = clock.now() + LEASE_WAIT_MS;
  const holder = async (until?: AbortSignal): Promise<Lease | undefined> =>
    readLease(await call(() => storage.getItemRaw(key), until));
  // Also once the signal is aborted, or the next deploy would wait for the lease to run out.
  const release = async (): Promise<void> => {
    if ((await holder())?.owner === owner) await call(() => storage.removeItem(key));
  };
  for (;;) {
    const held = await holder(signal);
    if (held === undefined || held.untilMs <= clock.now()) {
      const lease = JSON.stringify({ owner, untilMs: clock.now() + ttlMs });
      await call(() => storage.setItemRaw(key, lease), signal);
      try {
        // Of two that wrote at once, the later one stays.
        await clock.sleep(STEP_MS, signal);
        if ((await holder(signal))?.owner === owner) return release;
      } catch (error) {
        await release().catch(() => {});
        throw error;
      }
    } else if (clock.now() >= deadlineMs) {
      throw stateUnavailable(
        use.name,
        `${toPrintable(held.owner, 100)} has had its lease for ${LEASE_WAIT_MS} ms`,
      );
    }
    await clock.sleep(STEP_MS + Math.random() * STEP_MS, signal);
  }
}

interface Lease {
  readonly owner: string;
  readonly untilMs: number;
}

function readLease(value: unknown): Lease | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    if (!isRecord(parsed)) return undefined;
    const { owner, untilMs } = parsed;
    return typeof owner === 'string' && typeof untilMs === 'number'
      ? { owner, untilMs }
      : undefined;
  } catch {
    return undefined;
  }
}

/** A driver gives back the text that it was given, or its bytes. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  return isRecord(value) ? JSON.stringify(value) : undefined;
}

async function unpack(value: unknown, name: string): Promise<string | undefined> {
  const text = textOf(value);
  if (text === undefined || !text.startsWith(PACKED)) return text;
  return decodeText(Buffer.from(text.slice(PACKED.length), 'base64'), name);
}

function reasonOf(error: unknown): string {
  // The message of a driver may hold an address with a password.
  if (!(error instanceof Error)) return 'the driver failed';
  const { code } = error as NodeJS.ErrnoException;
  return `the driver failed with ${code ?? error.name}; its message is left out, since it could hold a secret`;
}
