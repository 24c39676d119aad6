import { refreshChannel } from '../channels.ts';
import { systemClock } from '../clock.ts';
import type { DcdnClient } from '../dcdn/client.ts';
import { refreshObjectCaches } from '../dcdn/refresh-object-caches.ts';
import { createPersistentCaller } from './caller.ts';
import { resolveLimits } from './limits.ts';
import { directoryParameters, packDirectories } from './pack-directories.ts';
import type { Receipt } from './receipt.ts';
import type { RefreshOptions, RunOptions } from './refresh.ts';
import { resolveRetry } from './retry.ts';

/**
 * Makes what refreshes directories of one domain: all that is stored under them, with tags and
 * without. Calls are made as for tags: tried again where that can help, each ending in a receipt.
 */
export function createDirectoryRefresher(
  options: Omit<RefreshOptions, keyof RunOptions> & {
    readonly client: DcdnClient;
    readonly domain: string;
  },
): (directories: readonly string[], run?: RunOptions) => Promise<Receipt[]> {
  const { client, domain, force = true } = options;
  const limits = resolveLimits(options.limits);
  const call = createPersistentCaller({
    clock: options.clock ?? systemClock,
    retry: resolveRetry(options.retry),
    random: options.random ?? Math.random,
  });
  const frame = { endpoint: client.endpoint, domainName: domain, force };
  return (directories, { signal, onReceipt } = {}) => {
    const calls = packDirectories(directories, frame, limits);
    const message = { domains: [domain], tags: 0, directories: directories.length, force };
    return refreshChannel.tracePromise(async () => {
      const receipts: Receipt[] = [];
      for (const [index, some] of calls.entries()) {
        const receipt = await call(
          {
            action: 'RefreshDcdnObjectCaches',
            about: { domain, tags: [], directories: some, force },
            send: () => refreshObjectCaches(client, directoryParameters(some, frame), signal),
          },
          signal,
        );
        receipts.push(receipt);
        onReceipt?.(receipt, { done: index + 1, total: calls.length });
      }
      return receipts;
    }, message);
  };
}
