import { randomUUID } from 'node:crypto';
import { lstat, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';

import type { Clock } from '../../clock.ts';
import { parseObject } from '../../json.ts';
import { stateUnavailable } from './store.ts';
import { hasCode } from './system-error.ts';

/** Who holds a lock, as its file says. */
interface Owner {
  readonly token: string;
  readonly host: string;
  readonly pid: number;
  readonly atMs: number;
}

interface LockOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
}

/** A lock that is held. */
export interface HeldLock {
  readonly token: string;
  /** Whether nobody took it for left behind meanwhile. */
  readonly isHeld: () => Promise<boolean>;
}

/** A write takes seconds, even of a hundred megabytes; whoever holds a lock for longer has stopped. */
const STALE_MS = 60_000;
/** Who has made a lock of a file writes into it at once, unless it was killed between the two. */
const HALF_WRITTEN_MS = 2000;
const WAIT_MS = 90_000;
const FIRST_WAIT_MS = 10;
const LONGEST_WAIT_MS = 500;

/**
 * Runs work while no other process runs any under the same lock. A lock whose process is gone is
 * taken over at once on its own machine, and after a minute from another one.
 *
 * @param onTakenOver told of the token of an owner that is gone
 * @throws FreshtagError `STATE_UNAVAILABLE` if the lock is not to be had in a minute and a half
 */
export async function withFileLock<T>(
  lock: string,
  { clock, signal }: LockOptions,
  work: (held: HeldLock) => Promise<T>,
  onTakenOver: (token: string) => Promise<void>,
): Promise<T> {
  const token = randomUUID();
  const deadlineMs = clock.now() + WAIT_MS;
  for (let waitMs = FIRST_WAIT_MS; !(await take(lock, token, clock));) {
    const owner = await readOwner(lock);
    if (owner !== undefined && isGone(owner, clock.now())) {
      if (await takeOver(lock, owner, clock)) await onTakenOver(owner.token);
      continue;
    }
    if (clock.now() >= deadlineMs) throw locked(lock, owner);
    await clock.sleep(waitMs * (0.5 + Math.random()), signal);
    waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
  }
  const isHeld = async (): Promise<boolean> => (await readOwner(lock))?.token === token;
  try {
    return await work({ token, isHeld });
  } finally {
    if (await isHeld()) await rm(lock, { force: true });
  }
}

async function take(lock: string, token: string, clock: Clock): Promise<boolean> {
  const owner: Owner = { token, host: hostname(), pid: process.pid, atMs: clock.now() };
  try {
    await createWhole(lock, JSON.stringify(owner));
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/**
 * A link that leads to no file but to the text itself is there with its text or not at all. Where no links
 * can be made, as on some network drives and on Windows, a file does: killed between its making and its
 * writing, it makes the next one wait for two seconds.
 */
async function createWhole(lock: string, text: string): Promise<void> {
  try {
    await symlink(text, lock);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) throw error;
    await writeFile(lock, text, { flag: 'wx' });
  }
}

/** `undefined` if nobody has it. One that is half written belongs to nobody known, and ends soon. */
async function readOwner(lock: string): Promise<Owner | undefined> {
  try {
    const kind = await lstat(lock);
    const text = kind.isSymbolicLink() ? await readlink(lock) : await readFile(lock, 'utf8');
    const { token, host, pid, atMs } = parseObject(text) ?? {};
    if (typeof token === 'string' && typeof host === 'string' && Number.isInteger(pid))
      return { token, host, pid: Number(pid), atMs: Number(atMs) };
    return { token: '', host: '', pid: 0, atMs: kind.mtimeMs - STALE_MS + HALF_WRITTEN_MS };
  } catch (error) {
    // Between the two looks it may also have become another one's: then the next look tells.
    if (hasCode(error, 'ENOENT') || hasCode(error, 'EINVAL')) return undefined;
    throw error;
  }
}

function isGone({ host, pid, atMs }: Owner, nowMs: number): boolean {
  if (nowMs - atMs > STALE_MS) return true;
  return host === hostname() && pid > 0 && !isRunning(pid);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/**
 * Removes the lock of an owner that is gone. Of several that find it gone one does it, under a lock
 * of its own: otherwise the second would remove the lock that the first has taken since.
 */
async function takeOver(lock: string, gone: Owner, clock: Clock): Promise<boolean> {
  const taking = `${lock}.taking`;
  if (!(await take(taking, gone.token, clock))) {
    const other = await readOwner(taking);
    if (other !== undefined && isGone(other, clock.now())) await rm(taking, { force: true });
    return false;
  }
  try {
    if ((await readOwner(lock))?.token !== gone.token) return false;
    await rm(lock, { force: true });
    return true;
  } finally {
    await rm(taking, { force: true });
  }
}

function locked(lock: string, owner: Owner | undefined): Error {
  const who = owner?.host ? `process ${owner.pid} on ${owner.host}` : 'another process';
  return stateUnavailable(
    lock.replace(/\.lock$/, ''),
    `${who} has locked it for longer than any write takes; if that process is not freshtag, delete ${lock}`,
  );
}
