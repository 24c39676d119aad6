import { invalidOption } from '@freshtag/core';

/** Parameters of a URL: each by its name, read once, and none that nobody knows. */
export interface Parameters {
  readonly text: (name: string) => string | undefined;
  /** @throws FreshtagError `INVALID_OPTION` for what is no whole number */
  readonly number: (name: string) => number | undefined;
  /** May be given more than once. @throws FreshtagError `INVALID_OPTION` for another value */
  readonly choices: <Choice extends string>(
    name: string,
    known: readonly Choice[],
  ) => readonly Choice[];
}

/** @throws FreshtagError `INVALID_OPTION` for a parameter that is unknown, or given twice where it is not in `many` */
export function readParameters(
  search: URLSearchParams,
  { once, many = [] }: { readonly once: readonly string[]; readonly many?: readonly string[] },
): Parameters {
  for (const name of search.keys()) {
    if (many.includes(name)) continue;
    if (!once.includes(name))
      throw invalidOption('parameter', name, `one of ${[...once, ...many].join(', ')}`);
    if (search.getAll(name).length > 1) throw invalidOption(name, search.getAll(name), 'it once');
  }
  const text = (name: string): string | undefined => search.get(name) ?? undefined;
  return {
    text,
    number: (name) => {
      const value = text(name);
      if (value === undefined) return undefined;
      if (/^\d{1,15}$/.test(value)) return Number(value);
      throw invalidOption(name, value, 'a whole number, 0 or more');
    },
    choices: (name, known) =>
      search.getAll(name).map((value) => {
        const choice = known.find((other) => other === value);
        if (choice !== undefined) return choice;
        throw invalidOption(name, value, `one of ${known.join(', ')}`);
      }),
  };
}
