import { FreshtagError } from '../errors.ts';
import { toPrintable } from '../printable.ts';

/** What a refresh call is answered. */
export interface RefreshAnswer {
  readonly requestId: string;
  /** Usually one; several are separated by commas in the answer. */
  readonly taskIds: readonly string[];
}

/** @throws FreshtagError `API_UNREADABLE` for an answer without task */
export function readRefreshAnswer(
  action: string,
  answer: Readonly<Record<string, unknown>>,
): RefreshAnswer {
  const { RequestId: given, RefreshTaskId: taskId } = answer;
  const requestId = typeof given === 'string' ? toPrintable(given) : '';
  const ids = typeof taskId === 'string' || typeof taskId === 'number' ? String(taskId) : '';
  const taskIds = toPrintable(ids)
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  if (taskIds.length > 0) return { requestId, taskIds };
  throw new FreshtagError(
    'API_UNREADABLE',
    `${action} was answered without a RefreshTaskId (request ${requestId === '' ? 'without id' : requestId}). What was sent may or may not have been accepted; refresh it again.`,
    { recovery: 'retry' },
  );
}
