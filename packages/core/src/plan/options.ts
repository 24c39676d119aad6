import { DCDN_ENDPOINT } from '../dcdn/endpoint.ts';
import { invalidOption } from '../errors.ts';
import { isRecord } from '../json.ts';
import { resolveLimits, type RefreshLimits } from '../refresh/limits.ts';
import { DEFAULT_COSTS, type CoverSettings, type PlanCosts } from './cover/problem.ts';
import type { NotFoundRefresh } from './not-found.ts';

/** How a plan weighs what it drops against what it takes. */
export interface PlanOptions {
  /**
   * What it costs to drop an unchanged page: its path's weight, 0 or more, such as its visits times
   * what it takes to render it. Default 1 for every page, also for paths that are not in the list.
   */
  readonly weights?: Readonly<Record<string, number>> | ((path: string) => number) | undefined;
  readonly costs?: { readonly [Name in keyof PlanCosts]?: number | undefined } | undefined;
  /**
   * Most that tags of several pages may drop besides what changed, whatever it is, as a part of the
   * weight of the unchanged HTML pages. Default 0.01: one in a hundred.
   */
  readonly maxOverRefresh?: number | undefined;
  /** Most tags of one plan, 2 or more. Default: as many as it takes. */
  readonly maxTags?: number | undefined;
  /** Most calls of one pass. Default: as many as it takes. */
  readonly maxCalls?: number | undefined;
  /**
   * Whether a plan may refresh directories: where `maxTags` or `maxCalls` leave no other way, and for
   * copies that were stored without tags, when there is no edge state.
   */
  readonly directories?: boolean | undefined;
}

/** Those, and what the calls will be like. */
export interface PlanRefreshOptions extends PlanOptions {
  readonly limits?: Partial<RefreshLimits> | undefined;
  /** Address of the API. Default: the cloud. */
  readonly endpoint?: string | undefined;
  /** URL path under which the site is served. Default `/`. */
  readonly base?: string | undefined;
  /** Default `tag`. */
  readonly notFound?: NotFoundRefresh | undefined;
}

const NAMES = ['weights', 'costs', 'maxOverRefresh', 'maxTags', 'maxCalls', 'directories'] as const;
const DEFAULT_MAX_OVER_REFRESH = 0.01;

/**
 * Checks the options that users give.
 * @throws FreshtagError `INVALID_OPTION`
 */
export function checkPlanOptions(options: PlanOptions): void {
  if (!isRecord(options)) throw invalidOption('plan', options, 'an object');
  checkNames('plan', options, NAMES);
  const { weights, costs, directories } = options;
  if (weights !== undefined && typeof weights !== 'function' && !isRecord(weights))
    throw invalidOption('plan.weights', weights, 'a function of the path, or weights by path');
  if (costs !== undefined && !isRecord(costs))
    throw invalidOption('plan.costs', costs, 'an object');
  checkNames('plan.costs', costs ?? {}, Object.keys(DEFAULT_COSTS));
  for (const [name, cost] of Object.entries(costs ?? {})) {
    if (cost !== undefined && !isWeight(cost))
      throw invalidOption(`plan.costs.${name}`, cost, 'a number of 0 or more');
  }
  const part = options.maxOverRefresh ?? 0;
  if (!isWeight(part) || part > 1)
    throw invalidOption(
      'plan.maxOverRefresh',
      part,
      'a number from 0 to 1: 0.01 is one in a hundred',
    );
  checkWhole('plan.maxTags', options.maxTags, 2);
  checkWhole('plan.maxCalls', options.maxCalls, 1);
  if (directories !== undefined && typeof directories !== 'boolean')
    throw invalidOption('plan.directories', directories, 'true or false');
}

/** @throws FreshtagError `INVALID_OPTION` */
export function resolveCoverSettings(
  { limits, endpoint, base, ...options }: Omit<PlanRefreshOptions, 'notFound'>,
  domain: string,
): CoverSettings {
  checkPlanOptions(options);
  return {
    costs: { ...DEFAULT_COSTS, ...withoutUndefined(options.costs ?? {}) },
    maxOverRefresh: options.maxOverRefresh ?? DEFAULT_MAX_OVER_REFRESH,
    maxTags: options.maxTags ?? Infinity,
    maxCalls: options.maxCalls ?? Infinity,
    siteDirectory: options.directories === true ? directoryOf(base ?? '/') : undefined,
    weightOf: createWeigher(options.weights),
    frame: { endpoint: endpoint ?? DCDN_ENDPOINT, domainName: domain, force: true },
    limits: resolveLimits(limits),
  };
}

/** `/docs/` for `docs`, `/` for nothing. */
function directoryOf(base: string): string {
  const folder = base.replace(/^\/+|\/+$/g, '');
  return folder === '' ? '/' : `/${folder}/`;
}

function createWeigher(weights: PlanOptions['weights']): (path: string) => number {
  if (weights === undefined) return () => 1;
  const given =
    typeof weights === 'function'
      ? weights
      : (path: string) => (Object.hasOwn(weights, path) ? weights[path] : 1);
  return (path) => {
    const weight = given(path);
    if (isWeight(weight)) return weight;
    throw invalidOption(`plan.weights of ${path}`, weight, 'a number of 0 or more');
  };
}

function isWeight(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Infinity;
}

function checkWhole(option: string, value: unknown, least: number): void {
  if (value === undefined || (Number.isInteger(value) && Number(value) >= least)) return;
  throw invalidOption(option, value, `a whole number of ${least} or more`);
}

function checkNames(option: string, given: object, names: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw invalidOption(`${option}.${unknown}`, given, `only ${names.join(', ')}`);
}

function withoutUndefined(costs: NonNullable<PlanOptions['costs']>): Partial<PlanCosts> {
  return Object.fromEntries(Object.entries(costs).filter(([, cost]) => cost !== undefined));
}
