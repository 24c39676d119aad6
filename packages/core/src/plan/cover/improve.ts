import { lengthAt, listAt } from './lists.ts';
import { costOf, fits, isMore, type Objective } from './objective.ts';
import type { Selection } from './selection.ts';

const MOST_ROUNDS = 4;

/**
 * Takes out columns that others have made superfluous, gives up shared tags that drop pages without
 * sparing a call, and puts in what greed has passed over. Changes the selection.
 */
export function improveSelection(selection: Selection, objective: Objective): void {
  const { instance } = selection;
  const drops = instance.targets.map((_, column) => dropOf(selection, column));
  // What drops most is the first to go, of those what hits least.
  const order = [...instance.targets.keys()].sort(
    (a, b) =>
      (drops[b] ?? 0) - (drops[a] ?? 0) ||
      lengthAt(instance.groupsOf, a) - lengthAt(instance.groupsOf, b) ||
      a - b,
  );
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    let changes = 0;
    for (const column of order) if (tryToggle(selection, column, objective)) changes += 1;
    if (changes === 0) return;
  }
}

function tryToggle(selection: Selection, column: number, objective: Objective): boolean {
  const before = { ...selection.totals };
  const { missing } = selection;
  toggle(selection, column);
  const better =
    selection.missing <= missing &&
    isBetter(selection.totals, before, objective, selection.missing < missing);
  if (!better) toggle(selection, column);
  return better;
}

function isBetter(
  after: Selection['totals'],
  before: Selection['totals'],
  objective: Objective,
  coversMore: boolean,
): boolean {
  const fitsNow = fits(after, objective);
  if (fitsNow !== fits(before, objective)) return fitsNow;
  return coversMore || isMore(costOf(before, objective), costOf(after, objective));
}

function toggle(selection: Selection, column: number): void {
  if (selection.chosen[column] === 1) selection.remove(column);
  else selection.add(column);
}

function dropOf({ instance: { dropsOf, dropWeights } }: Selection, column: number): number {
  let weight = 0;
  for (const drop of listAt(dropsOf, column)) weight += dropWeights[drop] ?? 0;
  return weight;
}
