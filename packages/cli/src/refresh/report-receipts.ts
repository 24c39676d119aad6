import type { Completion, Receipt } from '@freshtag/core';
import { styleText } from 'node:util';

import { describeError, type ErrorObject } from '../error-object.ts';
import type { Outcome } from '../outcome.ts';
import { count, formatTable } from '../table.ts';
import type { Sending } from './send-tags.ts';

const MOST_LISTED = 20;

/** One call in `--json`. */
interface Call {
  /** `unknown`: it was under way when something came between, and may have taken effect. */
  readonly outcome: Receipt['outcome'] | 'unknown';
  readonly domain: string;
  readonly tags: readonly string[];
  readonly force: boolean;
  readonly taskIds?: readonly string[];
  readonly error?: ErrorObject;
  readonly completion?: {
    readonly status: Completion['status'];
    readonly description: string | undefined;
    readonly error: ErrorObject | undefined;
  };
}

type Counts = Readonly<Record<Call['outcome'], number>>;

/** Plain data of all calls, and of how the accepted ones ended. */
export function describeSending(
  sending: Sending,
  completions: readonly Completion[],
): Outcome['result'] {
  const calls = callsOf(sending, completions);
  const { accepted, refused, 'not-sent': notSent, unknown } = countTags(calls);
  return { dryRun: false, tags: { accepted, refused, notSent, unknown }, calls };
}

/** What was refused comes first: it is what a person has to look at. */
export function* linesOf(sending: Sending, completions: readonly Completion[]): Iterable<string> {
  const calls = callsOf(sending, completions);
  const sorted = calls.toSorted((one, other) => RANKS[one.outcome] - RANKS[other.outcome]);
  const listed = sorted.slice(0, MOST_LISTED);
  const rows = listed.map((call) => [
    call.outcome,
    call.domain,
    count(call.tags.length, 'tag'),
    whatOf(call),
  ]);
  for (const [index, line] of formatTable(rows, [8, 30]).entries())
    yield colour(line, listed[index]);
  const more = sorted.length - listed.length;
  if (more > 0)
    yield `… and ${count(more, 'call')} more; --json lists all, with their tags and tasks`;
  if (completions.some(({ status }) => status === 'settled'))
    yield 'settled: the cloud reported nothing of it; the time that it usually takes is over';
  if (calls.length > 1) yield summary(countTags(calls));
}

const RANKS: Counts = { refused: 0, unknown: 1, accepted: 2, 'not-sent': 3 };

function callsOf({ receipts, open }: Sending, completions: readonly Completion[]): Call[] {
  const endings = new Map<Receipt, Completion>(
    completions.map((completion) => [completion.receipt, completion]),
  );
  const [underWay, ...others] = open;
  return [
    ...receipts.map((receipt) => callOf(receipt, endings.get(receipt))),
    ...(underWay === undefined ? [] : [{ outcome: 'unknown' as const, ...underWay }]),
    ...others.map((call) => ({ outcome: 'not-sent' as const, ...call, error: CAME_BETWEEN })),
  ];
}

const CAME_BETWEEN: ErrorObject = {
  code: 'INTERRUPTED',
  message: 'It was not made, since the command ended before.',
  recovery: 'retry',
};

function callOf(receipt: Receipt, ending: Completion | undefined): Call {
  if (receipt.outcome !== 'accepted') return { ...receipt, error: describeError(receipt.error) };
  if (ending === undefined) return receipt;
  const { status, description, error } = ending;
  const why = error === undefined ? undefined : describeError(error);
  return { ...receipt, completion: { status, description, error: why } };
}

function whatOf({ outcome, tags, taskIds, error, completion }: Call): string {
  const some = tags.slice(0, 10).join(', ');
  if (outcome !== 'accepted') return error === undefined ? some : `${error.code}: ${some}`;
  const ids = (taskIds ?? []).join(', ');
  return `task ${ids}${completion === undefined ? '' : `, ${completion.status}`}`;
}

function colour(line: string, call: Call | undefined): string {
  const accepted = call?.outcome === 'accepted';
  const end = call?.outcome.length ?? 0;
  const head = styleText(accepted ? 'green' : 'red', line.slice(0, end));
  return head + line.slice(end);
}

function countTags(calls: readonly Call[]): Counts {
  const counts = { accepted: 0, refused: 0, 'not-sent': 0, unknown: 0 };
  for (const { outcome, tags } of calls) counts[outcome] += tags.length;
  return counts;
}

function summary({ accepted, refused, 'not-sent': notSent, unknown }: Counts): string {
  const open = unknown === 0 ? '' : `, ${count(unknown, 'tag')} unknown`;
  return `${count(accepted, 'tag')} accepted, ${count(refused, 'tag')} refused, ${count(notSent, 'tag')} not sent${open}`;
}
