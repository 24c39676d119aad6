import { FreshtagError, invalidOption } from '@freshtag/core';
import type { OutboxStore } from '@freshtag/core/relay';
import type { Mounts, NormalizeOptions, PlanOptions, StateOption } from '@freshtag/core/site';
import * as v from 'valibot';

import type { FreshtagConfig, RelayConfig } from '../define-config.ts';

/** As for flags; sharing the constant would part the build into more files to load at each start. */
const LONGEST_DELAY_MS = 2_147_483_647;

const number = (minimum: number, maximum: number, unit = ''): v.GenericSchema<unknown, number> => {
  const most = maximum === Number.MAX_SAFE_INTEGER ? 'or more' : `to ${maximum}`;
  const allowed = `a whole number${unit}, ${minimum} ${most}`;
  return v.pipe(
    v.number(allowed),
    v.integer(allowed),
    v.minValue(minimum, allowed),
    v.maxValue(maximum, allowed),
  );
};
const text = (allowed: string): v.GenericSchema<unknown, string> =>
  v.pipe(v.string(allowed), v.nonEmpty(allowed));
const limit = v.optional(number(1, Number.MAX_SAFE_INTEGER));
const DOMAINS = 'a domain name like "www.example.com", or a list of them';
const ORIGIN = 'the URL of the origin, like "https://origin.example.com"';
const FOLDERS = 'a list of folders, like ["_astro"]';

const entries = {
  domain: v.union(
    [text(DOMAINS), v.pipe(v.array(text(DOMAINS), DOMAINS), v.nonEmpty(DOMAINS))],
    DOMAINS,
  ),
  environment: text('a name like "production"'),
  endpoint: text('the API’s address, like "http://127.0.0.1:8081"'),
  force: v.boolean('true or false'),
  limits: v.strictObject(
    {
      maxTagsPerCall: limit,
      maxCacheTagCharacters: limit,
      maxUrlBytes: v.optional(number(1000, Number.MAX_SAFE_INTEGER)),
      maxCallsPerSecond: limit,
    },
    'an object',
  ),
  retry: v.strictObject(
    { maxAttempts: limit, budgetMs: v.optional(number(0, LONGEST_DELAY_MS, ' of milliseconds')) },
    'an object',
  ),
  directory: text('the path of a folder'),
  // Looked at more closely by who uses it.
  state: v.custom<StateOption>(
    (value) => (typeof value === 'string' && value !== '') || isRecord(value),
    'a path, an address like "oss://bucket/key?region=cn-hangzhou", or a store',
  ),
  secondPassDelayMs: v.union(
    [v.literal(false), number(0, LONGEST_DELAY_MS)],
    `false, or a whole number of milliseconds, 0 to ${LONGEST_DELAY_MS}`,
  ),
  edgeLayers: number(1, 5),
  settleMs: number(0, LONGEST_DELAY_MS, ' of milliseconds'),
  pollIntervalMs: number(1, LONGEST_DELAY_MS, ' of milliseconds'),
  completionTimeoutMs: number(0, LONGEST_DELAY_MS, ' of milliseconds'),
  origin: text(ORIGIN),
  domains: v.record(
    v.string(),
    v.partial(
      v.strictObject(
        // Looked at more closely by who uses it.
        {
          origin: text(ORIGIN),
          mounts: v.custom<Mounts>(isRecord, 'an object like { "/fr/": "/" }'),
        },
        'an object like { origin: "https://origin.example.com" }',
      ),
    ),
    'an object of domains, like { "www.example.com": {} }',
  ),
  base: text('a URL path, like "/"'),
  immutable: v.array(text(FOLDERS), FOLDERS),
  // Looked at more closely by who uses it.
  outbox: v.custom<string | OutboxStore>(
    (value) => (typeof value === 'string' && value !== '') || isRecord(value),
    'an address like "sqlite:outbox.db", or a store',
  ),
  relay: v.custom<RelayConfig>(isRecord, 'an object like { window: { idleMs: 500 } }'),
  plan: v.custom<PlanOptions>(isRecord, 'an object like { maxCalls: 2 }'),
  normalize: v.custom<NormalizeOptions>(isRecord, 'an object like { builtin: [] }'),
};
const schema = v.partial(v.strictObject(entries, 'an object'));

const SECRET = /credential|secret|access_?key|token|password/i;

/**
 * Reads what a configuration file exports.
 * @throws FreshtagError `INVALID_OPTION` naming the first option that is wrong, its value, and what is allowed
 */
export function parseConfig(value: unknown, file: string): FreshtagConfig {
  refuseSecrets(value, file);
  const result = v.safeParse(schema, Array.isArray(value) ? undefined : value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = issue.path?.map(({ key }) => String(key)) ?? [];
  if (path.length === 0) {
    throw new FreshtagError(
      'FILE_UNUSABLE',
      `${file} does not export an object. Write: export default defineConfig({ domain: "www.example.com" }).`,
    );
  }
  const option = `${path.join('.')} in ${file}`;
  if (issue.expected !== 'never') throw invalidOption(option, issue.input, issue.message);
  throw new FreshtagError(
    'INVALID_OPTION',
    `${option}: there is no such option. Remove it, or correct its spelling: ${namesBeside(path).join(', ')}.`,
  );
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function namesBeside([parent, child]: readonly string[]): string[] {
  const nested = parent === 'limits' || parent === 'retry' ? entries[parent] : undefined;
  return Object.keys(nested === undefined || child === undefined ? entries : nested.entries);
}

/** The value of such an option must not appear in a message. */
function refuseSecrets(value: unknown, file: string): void {
  if (typeof value !== 'object' || value === null) return;
  const name = Object.keys(value).find((key) => SECRET.test(key));
  if (name === undefined) return;
  throw new FreshtagError(
    'INVALID_OPTION',
    `${name} in ${file}: a configuration file must hold no secrets, since it is kept with the code. Remove it, renew the key if others could read it, and set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET instead.`,
  );
}
