import type { Completion, Receipt } from '@freshtag/core';
import { styleText } from 'node:util';

import { describeError } from '../error-object.ts';
import type { Outcome } from '../outcome.ts';
import { count, formatTable } from '../table.ts';

const MOST_LISTED = 20;

const ENDINGS: Readonly<Record<Completion['status'], string>> = {
  complete: 'complete',
  failed: 'failed',
  settled: 'settled: the cloud reported nothing',
  unfinished: 'unfinished',
};

type Outcomes = Readonly<Record<Receipt['outcome'], number>>;

/** Plain data of receipts, and of how the accepted ones ended. */
export function describeReceipts(
  receipts: readonly Receipt[],
  completions: readonly Completion[],
): Outcome['result'] {
  const { accepted, refused, 'not-sent': notSent } = countTags(receipts);
  const endings = endingsOf(completions);
  return {
    dryRun: false,
    tags: { accepted, refused, notSent },
    calls: receipts.map((receipt) => {
      if (receipt.outcome !== 'accepted')
        return { ...receipt, error: describeError(receipt.error) };
      const ending = endings.get(receipt);
      if (ending === undefined) return receipt;
      return { ...receipt, completion: { status: ending.status, description: ending.description } };
    }),
  };
}

/** What was refused comes first: it is what a person has to look at. */
export function* linesOf(
  receipts: readonly Receipt[],
  completions: readonly Completion[],
): Iterable<string> {
  const endings = endingsOf(completions);
  const sorted = [
    ...receipts.filter(({ outcome }) => outcome !== 'accepted'),
    ...receipts.filter(({ outcome }) => outcome === 'accepted'),
  ];
  const listed = sorted.slice(0, MOST_LISTED);
  const rows = listed.map((receipt) => [
    receipt.outcome,
    receipt.domain,
    count(receipt.tags.length, 'tag'),
    whatOf(receipt, endings),
  ]);
  for (const [index, line] of formatTable(rows, [8, 30]).entries())
    yield colour(line, listed[index]);
  const more = sorted.length - listed.length;
  if (more > 0) yield `… and ${count(more, 'call')} more; --json lists all`;
  if (receipts.length > 1) yield summary(countTags(receipts));
}

function whatOf(receipt: Receipt, endings: ReturnType<typeof endingsOf>): string {
  if (receipt.outcome !== 'accepted')
    return `${receipt.error.code}: ${receipt.tags.slice(0, 10).join(', ')}`;
  const ending = endings.get(receipt);
  const status = ending === undefined ? '' : `, ${ENDINGS[ending.status]}`;
  return `task ${receipt.taskIds.join(', ')}${status}`;
}

function colour(line: string, receipt: Receipt | undefined): string {
  const accepted = receipt?.outcome === 'accepted';
  const end = receipt?.outcome.length ?? 0;
  const head = styleText(accepted ? 'green' : 'red', line.slice(0, end));
  return head + line.slice(end);
}

function countTags(receipts: readonly Receipt[]): Outcomes {
  const counts = { accepted: 0, refused: 0, 'not-sent': 0 };
  for (const { outcome, tags } of receipts) counts[outcome] += tags.length;
  return counts;
}

function summary({ accepted, refused, 'not-sent': notSent }: Outcomes): string {
  return `${count(accepted, 'tag')} accepted, ${count(refused, 'tag')} refused, ${count(notSent, 'tag')} not sent`;
}

function endingsOf(completions: readonly Completion[]): ReadonlyMap<Receipt, Completion> {
  return new Map(completions.map((completion) => [completion.receipt, completion]));
}
