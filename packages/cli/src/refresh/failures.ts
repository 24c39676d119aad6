import type { Completion, FreshtagError, Receipt } from '@freshtag/core';

import { EXIT_CODES, exitCodeOf } from '../exit-codes.ts';
import { count } from '../table.ts';

/** Why tags were refused, from the first call that was. */
export async function refusalOf(receipts: readonly Receipt[]): Promise<FreshtagError | undefined> {
  const refused = receipts.filter((receipt) => receipt.outcome !== 'accepted');
  const [first] = refused;
  if (first === undefined) return undefined;
  const tags = refused.reduce((sum, receipt) => sum + receipt.tags.length, 0);
  const { code, message } = first.error;
  // Wrong input says that nothing was sent; a key can fail after the first calls, too.
  const isPart = refused.length < receipts.length && exitCodeOf({ code }) === EXIT_CODES.wrongInput;
  const why = isPart ? `${code}: ${message}` : message;
  return wrap(
    isPart ? 'REFRESH_INCOMPLETE' : code,
    `${count(tags, 'tag')} ${tags === 1 ? 'was' : 'were'} not refreshed: ${why}`,
    first.error,
  );
}

/** Why accepted calls are not known to be at their end. */
export async function incompletionOf(
  completions: readonly Completion[],
): Promise<FreshtagError | undefined> {
  const open = completions.filter(({ status }) => status !== 'complete' && status !== 'settled');
  const [first] = open;
  if (first === undefined) return undefined;
  const calls = `${open.length} of ${count(completions.length, 'call')}`;
  const tasks = first.receipt.taskIds.join(', ');
  const { error, description } = first;
  if (error !== undefined) {
    return wrap(
      'REFRESH_INCOMPLETE',
      `What was accepted goes on in the cloud, but how ${calls} ended could not be asked, the first is task ${tasks} (${error.code}): ${error.message} Then look with freshtag status ${first.receipt.taskIds.join(' ')}.`,
      error,
    );
  }
  const why = description === undefined ? '' : `: ${description}`;
  const core = await import('@freshtag/core');
  return new core.FreshtagError(
    'REFRESH_INCOMPLETE',
    `${calls} did not end well, the first is task ${tasks} (${first.status}${why}). Refresh its tags again.`,
    { recovery: 'retry' },
  );
}

async function wrap(
  code: FreshtagError['code'],
  message: string,
  cause: FreshtagError,
): Promise<FreshtagError> {
  const core = await import('@freshtag/core');
  const { recovery, status, requestId, retryAfterMs } = cause;
  return new core.FreshtagError(code, message, {
    recovery,
    status,
    requestId,
    retryAfterMs,
    cause,
  });
}
