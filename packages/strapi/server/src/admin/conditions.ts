import { isObject } from '../is-object.ts';

/** Whether every entry fulfils a condition: Strapi writes one for locales, even if they are all. */
export function isAlwaysTrue(condition: unknown, codes: readonly string[]): boolean {
  if (!isObject(condition)) return true;
  return Object.entries(condition).every(([key, value]) => {
    if (key === '$and' && Array.isArray(value))
      return value.every((each) => isAlwaysTrue(each, codes));
    const given = key === 'locale' && isObject(value) ? value['$in'] : undefined;
    return Array.isArray(given) && codes.every((code) => given.includes(code));
  });
}

/**
 * A condition of a right that is not given by locale, such as ours: Strapi writes into each such right for
 * a type with locales that it is for none of them.
 */
export function ofAnyLocale(condition: unknown): unknown {
  if (!isObject(condition)) return condition;
  const parts = Object.entries(condition).filter(
    ([key, value]) => !(key === 'locale' && isObject(value) && isNothing(value['$in'])),
  );
  return Object.fromEntries(
    parts.map(([key, value]) => [key, Array.isArray(value) ? value.map(ofAnyLocale) : value]),
  );
}

function isNothing(list: unknown): boolean {
  return Array.isArray(list) && list.length === 0;
}
