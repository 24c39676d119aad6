import type { ChangeDetail } from '../../../contract/admin-api.ts';
import type { Instance } from '../instance.ts';
import { stagesOf } from '../outbox/stages.ts';
import { changeDetail } from './history.ts';
import type { Reader } from './reader.ts';

/** Lets what is stuck of a change be tried at once. @throws NotFoundError */
export function retryChange(
  instance: Instance,
  reader: Reader,
  change: string,
): Promise<ChangeDetail> {
  return afterEach(instance, reader, change, (store) => store.redrive({ change }));
}

/** Gives up what has failed of a change. @throws NotFoundError */
export function discardChange(
  instance: Instance,
  reader: Reader,
  change: string,
): Promise<ChangeDetail> {
  return afterEach(instance, reader, change, (store) => store.discard(change));
}

async function afterEach(
  instance: Instance,
  reader: Reader,
  change: string,
  act: (store: ReturnType<typeof stagesOf>[number]['store']) => Promise<number>,
): Promise<ChangeDetail> {
  // Nothing is done to what the reader may not see.
  await changeDetail(instance, reader, change);
  for (const { store } of stagesOf(instance)) await act(store);
  return changeDetail(instance, reader, change);
}
