import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import { systemClock } from '../../clock.ts';
import { isFreshtagError } from '../../errors.ts';
import { inaccessible } from '../stored-file.ts';
import { versionOf } from './encoding.ts';
import { withFileLock, type HeldLock } from './file-lock.ts';
import {
  MAX_STATE_BYTES,
  stateConflict,
  tooLarge,
  type StateStore,
  type StoredText,
  type StoreSettings,
} from './store.ts';
import { hasCode } from './system-error.ts';

/**
 * A store in one file, replaced as a whole. Writes wait for each other by a lock file beside it, also
 * those of other processes and of other machines that share the folder.
 */
export function createFileStore(
  file: string,
  { clock = systemClock }: StoreSettings = {},
): StateStore {
  return {
    name: file,
    guarantee: 'compare-and-set',
    outlastsMachine: false,
    read: (options) => readFileStore(file, options?.signal),
    write: async (text, { expected, signal }) => {
      if (Buffer.byteLength(text) > MAX_STATE_BYTES) throw tooLarge(file);
      try {
        await mkdir(dirname(file), { recursive: true });
        return await withFileLock(
          `${file}.lock`,
          { clock, signal },
          async (held) => {
            const stored = await readFileStore(file, signal);
            if (stored?.version !== expected) throw stateConflict(file);
            await replaceFile(file, text, held);
            return versionOf(text);
          },
          (token) => rm(temporaryOf(file, token), { force: true }),
        );
      } catch (error) {
        if (isFreshtagError(error)) throw error;
        signal?.throwIfAborted();
        throw inaccessible(file, 'written', error);
      }
    },
  };
}

async function readFileStore(
  file: string,
  signal: AbortSignal | undefined,
): Promise<StoredText | undefined> {
  try {
    if ((await stat(file)).size > MAX_STATE_BYTES) throw tooLarge(file);
    // Not as text at once: that is put together of many, and a large one takes several times its size.
    const bytes = await readFile(file, { signal });
    return { text: bytes.toString('utf8'), version: versionOf(bytes) };
  } catch (error) {
    signal?.throwIfAborted();
    if (isFreshtagError(error)) throw error;
    if (hasCode(error, 'ENOENT')) return undefined;
    throw inaccessible(file, 'read', error);
  }
}

/** As a whole or not at all, also when the machine stops in the middle. */
async function replaceFile(file: string, text: string, { token, isHeld }: HeldLock): Promise<void> {
  const temporary = temporaryOf(file, token);
  try {
    await using handle = await open(temporary, 'wx');
    await handle.writeFile(text);
    await handle.sync();
    // A machine that slept in here has lost its lock to another one.
    if (!(await isHeld())) throw stateConflict(file);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

function temporaryOf(file: string, token: string): string {
  return `${file}.${token}.tmp`;
}
