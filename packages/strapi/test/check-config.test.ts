import { describe, test } from 'vitest';

import { checkConfig } from '../server/src/check-config.ts';
import { DEFAULT_CONFIG, type FreshtagConfig } from '../server/src/config.ts';

const HOOK = { url: 'https://build.example.com/hook?key=s3cret' };

function check(config: unknown): void {
  checkConfig({ ...DEFAULT_CONFIG, ...(config as object) });
}

describe('the configuration', () => {
  test('may be empty, or have all that there is', ({ expect }) => {
    check({});
    const everything: FreshtagConfig = {
      environment: 'preview',
      targets: {
        api: {
          kind: 'dynamic',
          domain: 'api.example.com',
          verify: {
            origin: 'http://10.0.0.5:3000',
            edge: ['https://api.example.com', { url: 'http://127.0.0.1:8080', name: 'pop-1' }],
          },
        },
        www: { kind: 'dynamic', domains: ['www.example.com', 'example.com'], after: 'api' },
        blog: {
          kind: 'rebuilt',
          hook: { ...HOOK, method: 'POST', headers: { 'x-token': 'abc' } },
          debounceMs: 0,
          after: ['api', 'www'],
        },
      },
      types: {
        'api::a.a': false,
        'api::b.b': {
          name: 'bee',
          tag: '{type}:{documentId}',
          tags: () => [],
          related: ['api::a.a'],
          queryWrites: true,
          urls: ['https://www.example.com/{locale}/{slug}', 'http://example.com/'],
        },
        'api::c.c': {
          urls: (_, locale) => `https://www.example.com/${locale}`,
          tag: ({ type, documentId }) => `${type}:${documentId}`,
        },
      },
      headers: {
        ...DEFAULT_CONFIG.headers,
        budget: { maxBytes: 8000, maxTags: 100 },
        cacheControl: 'public, max-age=0',
        cdnCacheControl: 'max-age=60',
      },
      relay: { credentials: () => ({ accessKeyId: 'a', accessKeySecret: 'b' }), edgeLayers: 1 },
    };
    expect(() => check(everything)).not.toThrow();
    expect(() => check({ relay: false })).not.toThrow();
  });

  test('may say none where there can be several', ({ expect }) => {
    const targets = { api: { kind: 'dynamic', domain: 'a.b', after: [] } };
    expect(() => check({ targets, types: { 'api::a.a': { related: [] } } })).not.toThrow();
  });

  for (const [what, config, message] of [
    [
      'an option that there is not',
      { target: {} },
      'target: there is no such option. Remove it, or correct its spelling.',
    ],
    [
      'a target of no kind',
      { targets: { api: { domain: 'a.example.com' } } },
      'targets.api.kind: it is missing. Give an object with kind “dynamic” or “rebuilt”.',
    ],
    [
      'a domain with a scheme',
      { targets: { api: { kind: 'dynamic', domain: 'https://a.example.com' } } },
      'targets.api.domain: this is not allowed. Give one accelerated domain name without scheme, port and wildcard, like www.example.com.',
    ],
    [
      'a dynamic target without a domain',
      { targets: { api: { kind: 'dynamic' } } },
      'targets.api: this is not allowed. Give either domain or domains.',
    ],
    [
      'a rebuilt target without a hook',
      { targets: { site: { kind: 'rebuilt' } } },
      'targets.site.hook: it is missing. Give an object with the url of the build hook.',
    ],
    [
      'a build hook that is no address',
      { targets: { site: { kind: 'rebuilt', hook: { url: 'ftp://x' } } } },
      'targets.site.hook.url: this is not allowed. Give an address that begins with http:// or https://.',
    ],
    [
      'a time that is no number',
      { targets: { site: { kind: 'rebuilt', hook: HOOK, debounceMs: '5' } } },
      'targets.site.debounceMs: this is not allowed. Give a whole number of milliseconds, 0 or more.',
    ],
    [
      'a target after one that there is not',
      { targets: { api: { kind: 'dynamic', domain: 'a.b', after: 'cms' } } },
      'targets.api.after: "cms" is not allowed. Give the name of another target: api.',
    ],
    [
      'targets that wait for each other',
      {
        targets: {
          a: { kind: 'dynamic', domain: 'a.b', after: 'b' },
          b: { kind: 'dynamic', domain: 'b.b', after: 'a' },
        },
      },
      'targets.a.after: "b" is not allowed. Give an order without a circle.',
    ],
    [
      'a template without the type',
      { types: { 'api::a.a': { tag: 'a:{documentId}' } } },
      'types.api::a.a.tag: this is not allowed. Give a template that begins with “{type}:”, of {type}, {documentId} and {locale}; or a function.',
    ],
    [
      'a template with a field',
      { types: { 'api::a.a': { tag: '{type}:{documentId}:{slug}' } } },
      'types.api::a.a.tag: this is not allowed.',
    ],
    [
      'a name in upper case',
      { types: { 'api::a.a': { name: 'A' } } },
      'types.api::a.a.name: this is not allowed. Give lower case letters, digits and hyphens.',
    ],
    [
      'an origin with a path',
      { targets: { a: { kind: 'dynamic', domain: 'a.b', verify: { origin: 'http://a.b/c' } } } },
      'targets.a.verify.origin: this is not allowed. Give scheme, host and port of the origin, like http://10.0.0.5:3000.',
    ],
    [
      'a way to verify without an origin',
      { targets: { a: { kind: 'dynamic', domain: 'a.b', verify: {} } } },
      'targets.a.verify.origin: it is missing.',
    ],
    [
      'an edge that is no address',
      {
        targets: {
          a: { kind: 'dynamic', domain: 'a.b', verify: { origin: 'http://a.b', edge: ['a.b'] } },
        },
      },
      'targets.a.verify.edge: this is not allowed. Give scheme, host and port of the edge',
    ],
    [
      'verifying a site that is built',
      { targets: { a: { kind: 'rebuilt', hook: HOOK, verify: { origin: 'http://a.b' } } } },
      'targets.a.verify: there is no such option.',
    ],
    ...[
      '/{slug}',
      'https://{domain}/',
      'https://a.b/{slug',
      'ftp://a.b/',
      'https://me:you@a.b/',
    ].map(
      (urls) =>
        [
          `a URL like ${urls}`,
          { types: { 'api::a.a': { urls } } },
          'types.api::a.a.urls: this is not allowed. Give a URL with a literal host',
        ] as const,
    ),
    [
      'a URL at a domain that is not refreshed',
      {
        targets: { a: { kind: 'dynamic', domains: ['a.b', 'c.d'] } },
        types: { 'api::a.a': { urls: ['https://a.b/', 'https://e.f/{slug}'] } },
      },
      'types.api::a.a.urls: "e.f" is not allowed. Give a URL at a domain of a dynamic target: a.b, c.d.',
    ],
    [
      'true for a type',
      { types: { 'api::a.a': true } },
      'types.api::a.a: this is not allowed. Give false, or an object.',
    ],
    [
      'a header that is none',
      { headers: { ...DEFAULT_CONFIG.headers, headerName: 'Cache Tag' } },
      'headers.headerName: this is not allowed. Give a header’s name.',
    ],
    [
      'a header value with a line end',
      { headers: { ...DEFAULT_CONFIG.headers, cacheControl: 'a\r\nb' } },
      'headers.cacheControl: this is not allowed.',
    ],
    [
      'an option of the relay that there is not',
      { relay: { windows: {} } },
      'relay.windows: there is no such option.',
    ],
  ] as const) {
    test(`names the path of ${what}, and what is allowed`, ({ expect }) => {
      expect(() => check(config)).toThrow(message);
    });
  }

  test('must not have an access key in it, and no message repeats one', ({ expect }) => {
    const credentials = { accessKeyId: 'LTAI-1', accessKeySecret: 's3cret' };
    expect(() => check({ relay: { credentials } })).toThrow(
      /^relay\.credentials: this is not allowed\. Give a function that returns the access key, or nothing and set ALIBABA_CLOUD_ACCESS_KEY_ID\.$/,
    );
    const hook = { url: 's3cret' };
    expect(() => check({ targets: { a: { kind: 'rebuilt', hook } }, environment: 5 })).toThrow(
      /^(?!.*s3cret)[^]*environment: this is not allowed/,
    );
  });
});
