import { invalidOption } from '@freshtag/core';

import { fields, readWholeNumber } from '../option-values.ts';
import { ACTIONS, type ApiAction } from './action-names.ts';
import type { Key } from './authenticate.ts';
import type { DailyQuotas } from './quota.ts';
import { MOST_URL_BYTES } from './server.ts';
import { OBJECT_TYPES, type ObjectType } from './tasks.ts';

/** How strict the API is. */
export interface ApiLimits {
  /**
   * Calls of an action in any second, by the clock: more are refused with `Throttling.User`, and do not
   * count. A number is for every action; `Infinity` lifts the limit. Default: as documented by the cloud.
   */
  readonly maxCallsPerSecond?: number | Readonly<Partial<Record<ApiAction, number>>>;
  /** Refreshes in a day, by type. Default: those of a new account, and any number of tags. */
  readonly dailyQuotas?: Readonly<Partial<Record<ObjectType, number>>>;
  /** Longest URL of a call, in bytes. A longer one is answered 414. Default 8192: a guess. */
  readonly maxUrlBytes?: number;
}

const DEFAULT_URL_BYTES = 8192;

export function readLimits(limits: ApiLimits): Required<ApiLimits> {
  return {
    maxCallsPerSecond: readRates(limits.maxCallsPerSecond ?? {}),
    dailyQuotas: readQuotas(limits.dailyQuotas ?? {}),
    maxUrlBytes: readWholeNumber('maxUrlBytes', limits.maxUrlBytes ?? DEFAULT_URL_BYTES, {
      min: 1,
      max: MOST_URL_BYTES,
    }),
  };
}

export function readKey(key: unknown): Key {
  const { accessKeyId, accessKeySecret, securityToken } = fields(key);
  if (typeof accessKeyId !== 'string' || accessKeyId === '')
    throw invalidOption('credentials.accessKeyId', accessKeyId, 'the id that callers sign with');
  if (typeof accessKeySecret !== 'string' || accessKeySecret === '')
    throw invalidOption(
      'credentials.accessKeySecret',
      '(no secret)',
      'the secret that callers sign with',
    );
  if (securityToken === undefined) return { accessKeyId, accessKeySecret };
  if (typeof securityToken !== 'string' || securityToken === '')
    throw invalidOption(
      'credentials.securityToken',
      '(no token)',
      'the token that callers of a temporary key send, or nothing',
    );
  return { accessKeyId, accessKeySecret, securityToken };
}

function readRates(rates: unknown): Required<ApiLimits>['maxCallsPerSecond'] {
  const option = 'maxCallsPerSecond';
  if (typeof rates !== 'object' || rates === null) return readRate(option, rates);
  return readNumbers(option, rates, { names: ACTIONS, read: readRate });
}

function readQuotas(quotas: unknown): DailyQuotas {
  return readNumbers('dailyQuotas', quotas, {
    names: OBJECT_TYPES,
    // The cloud's report has no word for a quota without an end; tags are not in it.
    read: (option, value) =>
      option.endsWith('.tag') && value === Infinity
        ? Infinity
        : readWholeNumber(option, value, { min: 0 }),
  });
}

function readRate(option: string, value: unknown): number {
  return value === Infinity ? Infinity : readWholeNumber(option, value, { min: 1 });
}

function readNumbers<Name extends string>(
  option: string,
  value: unknown,
  rule: {
    readonly names: readonly Name[];
    readonly read: (option: string, value: unknown) => number;
  },
): Partial<Record<Name, number>> {
  const { names, read } = rule;
  const given = fields(value);
  const unknown = Object.keys(given).find((name) => !names.some((known) => known === name));
  if (unknown !== undefined || typeof value !== 'object' || Array.isArray(value))
    throw invalidOption(option, unknown ?? value, `numbers by name: ${names.join(', ')}`);
  const numbers: Partial<Record<Name, number>> = {};
  for (const name of names)
    if (given[name] !== undefined) numbers[name] = read(`${option}.${name}`, given[name]);
  return numbers;
}
