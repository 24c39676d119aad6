import { checkDomain, FreshtagError, isFreshtagError } from '@freshtag/core';
import { checkAddress, resolveEdges, type VerifyOptions } from '@freshtag/core/verify';
import * as v from 'valibot';

import type { RelaySettings } from './config.ts';
import { checkUrlDomains, isUrlTemplate } from './probe/check-urls.ts';
import { checkTargetOrder } from './targets/order.ts';

/**
 * Strapi calls it when it starts, with the project's configuration and the defaults in it.
 * @throws FreshtagError `INVALID_OPTION` naming every path that is wrong, and what is allowed there
 */
export function checkConfig(config: unknown): void {
  const result = v.safeParse(CONFIG, config);
  if (result.success) {
    checkTargetOrder(result.output.targets);
    checkUrlDomains(result.output);
    return;
  }
  const problems = result.issues.map((issue) => `${pathOf(issue)}: ${problemOf(issue)}`);
  throw new FreshtagError('INVALID_OPTION', problems.join('\n'));
}

type Issue = v.BaseIssue<unknown>;

function pathOf(issue: Issue): string {
  return issue.path?.map(({ key }) => String(key)).join('.') ?? 'config';
}

/** The value itself is never shown: what is wrong may be a secret at the wrong place. */
function problemOf(issue: Issue): string {
  if (issue.expected === 'never')
    return 'there is no such option. Remove it, or correct its spelling.';
  if (issue.kind === 'schema' && issue.received === 'undefined')
    return `it is missing. Give ${issue.message}.`;
  return `this is not allowed. Give ${issue.message}.`;
}

const text = (allowed: string): v.GenericSchema<string> =>
  v.pipe(v.string(allowed), v.nonEmpty(allowed));
const list = <T>(item: v.GenericSchema<T>, allowed: string): v.GenericSchema<T[]> =>
  v.pipe(v.array(item, allowed), v.minLength(1, allowed));
const whole = (least: number, allowed: string): v.GenericSchema<number> =>
  v.pipe(v.number(allowed), v.integer(allowed), v.minValue(least, allowed));
const aFunction = (allowed: string): v.GenericSchema =>
  v.custom((value) => typeof value === 'function', allowed);

/** No union: its problems would not say where in the object they are. */
const falseOr = (schema: v.GenericSchema): v.GenericSchema =>
  v.lazy((input) => (input === false ? v.literal(false) : schema));

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\x20-\x7e]+$/;
const MILLISECONDS = 'a whole number of milliseconds, 0 or more';
const DOMAIN =
  'one accelerated domain name without scheme, port and wildcard, like www.example.com';
const BUILD_HOOK = 'an address that begins with http:// or https://';
const HOOK = 'an object with the url of the build hook';
const TAG =
  'a template that begins with “{type}:”, of {type}, {documentId} and {locale}; or a function';
const KEY =
  'a function that returns the access key, or nothing and set ALIBABA_CLOUD_ACCESS_KEY_ID';

const TARGETS = 'the name of a target, or a list of names';
const ORIGIN = 'scheme, host and port of the origin, like http://10.0.0.5:3000';
const EDGE =
  'scheme, host and port of the edge, an object with that as url, and name and headers if you like, or a list of them';
const URLS =
  'a URL with a literal host, like https://www.example.com/{locale}/articles/{slug}, several, or a function of an entry that returns them';

const domain = v.pipe(text(DOMAIN), v.check(isDomain, DOMAIN));
const names = v.optional(v.union([text(TARGETS), v.array(text(TARGETS), TARGETS)], TARGETS));
const headerValue = v.optional(
  v.pipe(text('the value of a header'), v.regex(HEADER_VALUE, 'the value of a header')),
);

const dynamic = v.pipe(
  v.strictObject({
    kind: v.literal('dynamic'),
    domain: v.optional(domain),
    domains: v.optional(list(domain, 'a list of domain names')),
    verify: v.optional(
      v.strictObject(
        {
          origin: v.pipe(
            text(ORIGIN),
            v.check((value) => isAllowed(() => checkAddress('origin', value)), ORIGIN),
          ),
          edge: v.optional(
            v.custom<VerifyOptions['edge']>(
              (value) => isAllowed(() => resolveEdges(value, 'www.example.com')),
              EDGE,
            ),
          ),
        },
        'an object with the address of the origin',
      ),
    ),
    after: names,
  }),
  v.check(
    (target) => (target.domain === undefined) !== (target.domains === undefined),
    'either domain or domains',
  ),
);

const rebuilt = v.strictObject(
  {
    kind: v.literal('rebuilt'),
    hook: v.strictObject(
      {
        url: v.pipe(text(BUILD_HOOK), v.url(BUILD_HOOK), v.regex(/^https?:/, BUILD_HOOK)),
        method: v.optional(v.picklist(['GET', 'POST', 'PUT'], 'GET, POST or PUT')),
        headers: v.optional(v.record(v.string(), text('the value of a header'))),
      },
      HOOK,
    ),
    debounceMs: v.optional(whole(0, MILLISECONDS)),
    after: names,
  },
  HOOK,
);

const urlTemplate = v.pipe(v.string(URLS), v.check(isUrlTemplate, URLS));

const mapping = v.strictObject(
  {
    name: v.optional(
      v.pipe(
        text('lower case letters, digits and hyphens'),
        v.regex(/^[a-z0-9-]+$/, 'lower case letters, digits and hyphens'),
      ),
    ),
    tag: v.optional(
      v.union([v.pipe(v.string(TAG), v.check(isTemplate, TAG)), aFunction(TAG)], TAG),
    ),
    tags: v.optional(aFunction('a function of an entry that returns tags')),
    related: v.optional(v.array(text('the uid of a type'), 'a list of uids of types')),
    urls: v.optional(v.union([urlTemplate, list(urlTemplate, URLS), aFunction(URLS)], URLS)),
    queryWrites: v.optional(v.boolean('true or false')),
  },
  'false, or an object',
);

/** Their values are checked by the relay itself, which knows what it allows. */
const RELAY_OPTIONS = [
  'window',
  'limits',
  'includeOverflow',
  'account',
  'quotaTimeZone',
  'breaker',
  'ladder',
  'alarm',
  'retention',
  'leaseMs',
  'claimLimit',
  'lookMs',
  'maxFailures',
  'name',
  'onEvent',
  'random',
  'secondPassDelayMs',
  'edgeLayers',
  'pollIntervalMs',
  'settleMs',
  'completionTimeoutMs',
  'profileFiles',
  'endpoint',
  'timeoutMs',
  'connectTimeoutMs',
  'env',
  'clock',
  'dispatcher',
] as const satisfies readonly (keyof RelaySettings)[];

const relay = v.strictObject(
  {
    credentials: v.optional(aFunction(KEY)),
    ...Object.fromEntries(RELAY_OPTIONS.map((name) => [name, v.optional(v.any())])),
  },
  'false, or an object',
);

const CONFIG = v.strictObject(
  {
    environment: text('a name'),
    targets: v.record(
      v.string(),
      v.variant('kind', [dynamic, rebuilt], 'an object with kind “dynamic” or “rebuilt”'),
      'an object of targets by name',
    ),
    types: v.record(v.string(), falseOr(mapping), 'an object of options by uid of a content type'),
    headers: v.strictObject({
      cacheTag: v.boolean('true or false'),
      headerName: v.pipe(text('a header’s name'), v.regex(HEADER_NAME, 'a header’s name')),
      budget: v.optional(
        v.strictObject({
          maxBytes: v.optional(whole(1, 'a whole number of bytes')),
          maxTags: v.optional(whole(1, 'a whole number of tags')),
        }),
      ),
      cacheControl: headerValue,
      cdnCacheControl: headerValue,
    }),
    relay: falseOr(relay),
  },
  'an object',
);

function isDomain(name: string): boolean {
  return isAllowed(() => checkDomain(name));
}

function isAllowed(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (isFreshtagError(error)) return false;
    throw error;
  }
}

function isTemplate(template: string): boolean {
  return (
    template.startsWith('{type}:') &&
    template.includes('{documentId}') &&
    !/\{(?!type\}|documentId\}|locale\})/.test(template)
  );
}
