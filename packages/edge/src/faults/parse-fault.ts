import { FreshtagError, invalidOption } from '@freshtag/core';

import { actions, REFRESH_ACTIONS } from '../api/actions.ts';
import type { Fault, FaultKind } from './fault.ts';

/** What faults may name. */
export interface FaultContext {
  /** Caches: points of presence, and the second layer if there is one. */
  readonly layers: readonly string[];
  readonly domains: readonly string[];
}

interface Rule {
  readonly required?: true;
  readonly fits: (value: unknown) => boolean;
  readonly allowed: string;
  /** What it is, for who draws a form. */
  readonly form: 'number' | 'text' | 'switch' | 'choice';
  /** Of a choice. */
  readonly choices?: readonly string[];
}

/** One field of a fault. */
export interface FaultField extends Pick<Rule, 'allowed' | 'form' | 'choices'> {
  readonly name: string;
  readonly required: boolean;
}

/** A kind of fault and all that can be said of it. */
export interface FaultForm {
  readonly kind: FaultKind;
  readonly fields: readonly FaultField[];
}

/** The fault of one kind. */
type OfKind<Kind> = Fault extends infer Member
  ? Member extends { readonly kind: infer Kinds }
    ? Kind extends Kinds
      ? Member
      : never
    : never
  : never;
type Rules = {
  readonly [Kind in FaultKind]: Readonly<
    Record<Exclude<keyof OfKind<Kind>, 'kind' | 'times'>, Rule>
  >;
};

const LONGEST_TIMER_MS = 2 ** 31 - 1;

const TIMES = wholeNumber(1, Infinity);
const TIMER = { ...wholeNumber(0, LONGEST_TIMER_MS), required: true } as const;
const STATUS = wholeNumber(400, 599);
const CODE = text('a code like QuotaExceeded.Refresh', /^[\w.]{1,128}$/);
const MESSAGE = text('a text of 1 to 1024 characters', /^[^]{1,1024}$/);
const ANY_ACTION = oneOf([...actions.keys()]);
const REFRESH_ACTION = oneOf(REFRESH_ACTIONS);
const APPLIED: Rule = {
  fits: (value) => typeof value === 'boolean',
  allowed: 'true or false',
  form: 'switch',
};

/**
 * Reads a fault that may come from anywhere, as from a request.
 *
 * @throws FreshtagError `INVALID_OPTION` naming the first field that is missing, wrong or unknown
 */
export function parseFault(value: unknown, context: FaultContext): Fault {
  const copy: unknown = isRecord(value) ? { ...value } : value;
  checkFault(copy, context);
  return copy;
}

/** All faults that {@link parseFault} knows. */
export function faultForms(context: FaultContext): readonly FaultForm[] {
  const rules: Readonly<Record<string, Readonly<Record<string, Rule>>>> = rulesFor(context);
  const kinds = Object.keys(rules).filter((kind) => isKind(kind, rules));
  return kinds.map((kind) => ({
    kind,
    fields: Object.entries({ ...rules[kind], times: TIMES }).map(
      ([name, { fits: _notToSay, required = false, ...field }]) => ({ name, required, ...field }),
    ),
  }));
}

function checkFault(value: unknown, context: FaultContext): asserts value is Fault {
  if (!isRecord(value))
    throw invalidOption('fault', value, "an object with a kind, like { kind: 'throttled' }");
  const rules = rulesFor(context);
  const kind = value['kind'];
  if (!isKind(kind, rules))
    throw invalidOption('kind', kind, `one of ${Object.keys(rules).join(', ')}`);
  const fields: Readonly<Record<string, Rule>> = { ...rules[kind], times: TIMES };
  for (const [name, rule] of Object.entries(fields)) checkField(name, value[name], rule);
  const unknown = Object.keys(value).find(
    (name) => name !== 'kind' && !Object.hasOwn(fields, name),
  );
  if (unknown === undefined) return;
  throw new FreshtagError(
    'INVALID_OPTION',
    `${JSON.stringify(unknown.slice(0, 80))}: the fault ${kind} has no such field. Remove it; it has ${Object.keys(fields).join(', ')}.`,
  );
}

function checkField(name: string, value: unknown, { required, fits, allowed }: Rule): void {
  if (value === undefined && required !== true) return;
  if (!fits(value)) throw invalidOption(name, value, allowed);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isKind(kind: unknown, rules: object): kind is FaultKind {
  return typeof kind === 'string' && Object.hasOwn(rules, kind);
}

function rulesFor({ layers, domains }: FaultContext): Rules {
  const refused = {
    action: ANY_ACTION,
    code: { ...CODE, required: true },
    status: STATUS,
    message: MESSAGE,
  } as const;
  const lost = { action: ANY_ACTION, applied: APPLIED };
  const fetch = {
    domain: oneOf(domains),
    path: text('a path with its query, like /a?b=1', /^\/.{0,8191}$/),
  };
  return {
    throttled: {
      action: ANY_ACTION,
      code: CODE,
      retryAfterMs: wholeNumber(0, Number.MAX_SAFE_INTEGER),
    },
    refused,
    xml: refused,
    'quota-exceeded': { action: REFRESH_ACTION },
    'queue-full': { action: REFRESH_ACTION },
    unavailable: { action: ANY_ACTION },
    html: { action: ANY_ACTION },
    truncated: lost,
    cut: lost,
    silent: lost,
    slow: { action: ANY_ACTION, delayMs: TIMER },
    'task-failed': { action: REFRESH_ACTION, description: MESSAGE },
    'task-unreported': { action: REFRESH_ACTION },
    'slow-fill': { ...fetch, delayMs: TIMER },
    'origin-down': fetch,
    lag: {
      point: { ...oneOf(layers), required: true },
      // It is no timer: a refresh comes into force when it is due.
      delayMs: { ...wholeNumber(0, Number.MAX_SAFE_INTEGER), required: true },
    },
  };
}

function wholeNumber(min: number, max: number): Rule {
  const most = max === Infinity ? 'or more' : `to ${max}`;
  return {
    fits: (value) =>
      typeof value === 'number' &&
      (Number.isInteger(value) || value === Infinity) &&
      value >= min &&
      value <= max,
    allowed: `a whole number, ${min} ${most}`,
    form: 'number',
  };
}

function text(allowed: string, form: RegExp): Rule {
  return {
    fits: (value) => typeof value === 'string' && form.test(value),
    allowed,
    form: 'text',
  };
}

function oneOf(values: readonly string[]): Rule {
  return {
    fits: (value) => typeof value === 'string' && values.includes(value),
    allowed: `one of ${values.join(', ')}`,
    form: 'choice',
    choices: values,
  };
}
