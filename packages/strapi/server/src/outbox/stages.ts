import type { KnexTransaction, NewRow, OutboxStore } from '@freshtag/core/relay';
import { createKnexOutbox } from '@freshtag/core/relay';

import type { DynamicTarget, RebuiltTarget, Target } from '../config.ts';
import type { Instance } from '../instance.ts';
import { namesBefore } from '../targets/order.ts';

type StrapiOutbox = OutboxStore<KnexTransaction>;

interface AnyStage {
  /** Under which its rows are in the tables, beside those of the other stages. */
  readonly environment: string;
  readonly store: StrapiOutbox;
  /** What its rows are for: domains of the edge, or the name of a site that is built. */
  readonly domains: readonly string[];
  /** Names of its targets. */
  readonly targets: readonly string[];
  /** What of {@link domains} is each target's, by its name. */
  readonly domainsOfTarget: ReadonlyMap<string, readonly string[]>;
  /** Stages whose rows are complete before its own are carried. */
  readonly before: readonly Stage[];
}

interface DynamicStage extends AnyStage {
  readonly kind: 'dynamic';
}

interface RebuiltStage extends AnyStage {
  readonly kind: 'rebuilt';
  readonly target: RebuiltTarget;
}

/** Targets whose rows are carried together: those that wait for none, or one that waits or is built. */
export type Stage = DynamicStage | RebuiltStage;

const stagesOfInstance = new WeakMap<Instance, readonly Stage[]>();

/**
 * What is to be refreshed waits in one outbox for each stage, each stage after those that it waits for.
 * All are in the same tables of Strapi's database, told apart by their environment.
 * @throws FreshtagError `INVALID_OPTION` for an environment or a name that is too long
 */
export function stagesOf(instance: Instance): readonly Stage[] {
  const known = stagesOfInstance.get(instance);
  if (known !== undefined) return known;
  const stages = makeStages(instance);
  stagesOfInstance.set(instance, stages);
  return stages;
}

/** One row for each domain of a stage and tag. */
export function rowsOf(
  { domains }: Stage,
  tags: readonly string[],
  about: Pick<NewRow, 'subject' | 'actor' | 'reason' | 'change'>,
): NewRow[] {
  return domains.flatMap((domain) =>
    tags.map((tag): NewRow => ({ domain, tag, force: true, ...about })),
  );
}

function makeStages({ strapi, config }: Instance): readonly Stage[] {
  const open = (environment: string): StrapiOutbox =>
    createKnexOutbox({ knex: strapi.db.connection, environment });
  const targets = Object.entries(config.targets);
  const stages = new Map<string, Stage>();
  const first = targets.filter((entry): entry is [string, DynamicTarget] => isFirst(entry[1]));
  if (first.length > 0) {
    const stage: DynamicStage = {
      kind: 'dynamic',
      environment: config.environment,
      store: open(config.environment),
      domains: [...new Set(first.flatMap(([, target]) => domainsOf(target)))],
      targets: first.map(([name]) => name),
      domainsOfTarget: new Map(first.map(([name, target]) => [name, domainsOf(target)])),
      before: [],
    };
    for (const name of stage.targets) stages.set(name, stage);
  }
  const add = (name: string, target: Target): Stage => {
    const known = stages.get(name);
    if (known !== undefined) return known;
    const before = namesBefore(target).flatMap((other) => {
      const found = config.targets[other];
      return found === undefined ? [] : [add(other, found)];
    });
    const environment = `${config.environment}/${name}`;
    const domains = target.kind === 'rebuilt' ? [name] : domainsOf(target);
    const domainsOfTarget = new Map([[name, domains]]);
    const common = {
      environment,
      store: open(environment),
      targets: [name],
      domains,
      domainsOfTarget,
      before,
    };
    const stage: Stage =
      target.kind === 'rebuilt'
        ? { ...common, kind: 'rebuilt', target }
        : { ...common, kind: 'dynamic' };
    stages.set(name, stage);
    return stage;
  };
  for (const [name, target] of targets) add(name, target);
  return [...new Set(stages.values())];
}

function isFirst(target: Target): boolean {
  return target.kind === 'dynamic' && namesBefore(target).length === 0;
}

/** The domains of a dynamic target. */
export function domainsOf({ domain, domains = [] }: DynamicTarget): readonly string[] {
  return domain === undefined ? domains : [domain];
}
