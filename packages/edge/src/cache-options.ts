import { invalidOption } from '@freshtag/core';

import type { StatusTtlSeconds } from './http/policy.ts';

/** How each cache of the edge behaves. */
export interface CacheOptions {
  /** Most responses that one cache stores. What was used longest ago goes first. Default 200,000. */
  readonly maxObjects?: number;
  /** Most bytes that one cache stores, an estimate of its index included. Default 512 MiB. */
  readonly maxBytes?: number;
  /** Longer bodies are passed on and not stored. Default 32 MiB. */
  readonly maxObjectBytes?: number;
  /**
   * Whether visitors who ask for the same URL while it is fetched wait for that one fetch, also if a
   * refresh took effect after it began. Default true.
   */
  readonly deduplicates?: boolean;
  /**
   * Whether a POST, PUT, DELETE or the like that went well removes the stored responses of its URL, as
   * RFC 9111 wants. Default false: the cloud documents nothing of the kind.
   */
  readonly invalidates?: boolean;
  /**
   * Whole seconds that responses of a status are stored, whatever the origin says, like the cloud's rules
   * for status codes: `{ 404: 60 }`. Not for answers to `Authorization`. Default: none.
   */
  readonly statusTtlSeconds?: StatusTtlSeconds;
  /** A file of `node:sqlite`, in which what is stored outlives a restart. Default: memory alone. */
  readonly file?: string;
}

export type ResolvedCacheOptions = Required<Omit<CacheOptions, 'file'>> & {
  readonly file: string | undefined;
};

const MIB = 1024 * 1024;

/** @throws FreshtagError `INVALID_OPTION` naming the first option that cannot be used */
export function resolveCacheOptions(options: CacheOptions): ResolvedCacheOptions {
  const { deduplicates = true, invalidates = false, statusTtlSeconds = {}, file } = options;
  checkSwitch('deduplicates', deduplicates);
  checkSwitch('invalidates', invalidates);
  checkTtls(statusTtlSeconds);
  if (file !== undefined && (typeof file !== 'string' || file === ''))
    throw invalidOption('cache.file', file, 'the path of a file');
  return {
    maxObjects: readCount('maxObjects', options.maxObjects ?? 200_000),
    maxBytes: readCount('maxBytes', options.maxBytes ?? 512 * MIB),
    maxObjectBytes: readCount('maxObjectBytes', options.maxObjectBytes ?? 32 * MIB),
    deduplicates,
    invalidates,
    statusTtlSeconds,
    file,
  };
}

function readCount(name: string, count: unknown): number {
  if (typeof count === 'number' && Number.isSafeInteger(count) && count >= 1) return count;
  throw invalidOption(`cache.${name}`, count, 'a whole number, 1 or more');
}

function checkSwitch(name: string, value: unknown): void {
  if (typeof value !== 'boolean') throw invalidOption(`cache.${name}`, value, 'true or false');
}

function checkTtls(ttls: unknown): void {
  const entries = typeof ttls === 'object' && ttls !== null ? Object.entries(ttls) : [];
  const wrong = entries.find(
    ([status, seconds]) =>
      !/^[2-5]\d\d$/.test(status) || !Number.isSafeInteger(seconds) || Number(seconds) < 0,
  );
  if (typeof ttls === 'object' && ttls !== null && wrong === undefined) return;
  throw invalidOption(
    'cache.statusTtlSeconds',
    wrong ?? ttls,
    'whole seconds by status, like { 404: 60 }',
  );
}
