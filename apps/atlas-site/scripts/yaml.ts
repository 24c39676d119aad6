export type YamlValue =
  | string
  | number
  | boolean
  | readonly string[]
  | Readonly<Record<string, string | number>>;

/** Writes a record as a person would write it in YAML, without absent and empty fields. */
export function toYaml(fields: Readonly<Record<string, YamlValue | undefined>>): string {
  return Object.entries(fields).map(fieldLines).join('');
}

function fieldLines([key, value]: [string, YamlValue | undefined]): string {
  if (value === undefined || value === '') return '';
  if (typeof value !== 'object') return `${key}: ${scalar(value)}\n`;

  const lines = Array.isArray(value)
    ? value.map((item: string) => `  - ${scalar(item)}\n`)
    : Object.entries(value).map(([name, item]) => `  ${name}: ${scalar(item)}\n`);
  return lines.length === 0 ? '' : `${key}:\n${lines.join('')}`;
}

const plain = /^\p{L}[\p{L}\p{M} .'’()-]*$/u;
const reserved = /^(true|false|null|yes|no|on|off|y|n)$/i;

function scalar(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  if (plain.test(value) && !reserved.test(value) && value.trim() === value) return value;
  return value.includes("'") ? JSON.stringify(value) : `'${value}'`;
}
