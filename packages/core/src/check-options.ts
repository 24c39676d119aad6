import * as v from 'valibot';

import { FreshtagError, invalidOption } from './errors.ts';

/**
 * Checks options against a schema whose every message says what is allowed.
 * @throws FreshtagError `INVALID_OPTION` naming the first option that is wrong, its value, and what is allowed
 */
export function checkOptions(schema: v.GenericSchema, options: unknown): void {
  const result = v.safeParse(schema, options);
  if (result.success) return;
  const issue = result.issues[0];
  const option =
    issue.path?.map((item: { key: unknown }) => String(item.key)).join('.') ?? 'options';
  if (issue.expected === 'never') {
    throw new FreshtagError(
      'INVALID_OPTION',
      `${option}: there is no such option. Remove it, or correct its spelling.`,
    );
  }
  throw invalidOption(option, issue.input, issue.message);
}

/** A longer timer would fire at once. */
const MAX_MILLISECONDS = 2 ** 31 - 1;

/** A whole number of milliseconds within a range. */
export function milliseconds(minimum: number): v.GenericSchema {
  const allowed = `a whole number of milliseconds, ${minimum} to ${MAX_MILLISECONDS}`;
  return v.optional(
    v.pipe(
      v.number(allowed),
      v.integer(allowed),
      v.minValue(minimum, allowed),
      v.maxValue(MAX_MILLISECONDS, allowed),
    ),
  );
}

/** An optional string of at least one character. */
export function text(allowed: string): v.GenericSchema {
  return v.optional(v.pipe(v.string(allowed), v.nonEmpty(allowed)));
}
