type Fields = Readonly<Record<string, unknown>>;

/** The object that a process of the bench prints. */
export function parseFields(json: string): Fields {
  const value: unknown = JSON.parse(json);
  if (isFields(value)) return value;
  throw new TypeError(`An object was expected, not ${json}`);
}

export function numberIn(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === 'number') return value;
  throw new TypeError(`A number was expected in ${name}, not ${JSON.stringify(value)}`);
}

export function textIn(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' ? value : undefined;
}

export function fieldsIn(fields: Fields, name: string): Fields | undefined {
  const value = fields[name];
  return isFields(value) ? value : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
