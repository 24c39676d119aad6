import fc from 'fast-check';
import { describe, test } from 'vitest';

import { parseHead, readMetaTags, readMetaTagsOf } from '../src/site/meta-tags.ts';
import { scanHead } from '../src/site/scan-head.ts';
import { readCacheTag } from '../src/tags/header.ts';

const name = fc.constantFrom(
  'cache-tag',
  'Cache-Tag',
  ' cache-tag ',
  'CACHE-TAG\u00a0',
  'cache&#45;tag',
  'description',
  'cache-tags',
);
const value = fc.oneof(
  fc.constantFrom(
    'a',
    'country:de, language:de',
    '',
    'a&amp;b',
    'länder',
    '日本',
    "it's",
    'a/',
    '<b>',
    '>',
  ),
  fc.string({ maxLength: 8 }),
);
const quoted = fc
  .tuple(value, fc.constantFrom('"', "'", ''))
  .map(
    ([text, quote]) =>
      `${quote}${text.replaceAll(quote === '' ? /[\s"'=<>`]/g : quote, '')}${quote}`,
  );
const attribute = fc.oneof(
  fc
    .tuple(fc.constantFrom('name', 'NAME', 'content', 'property', 'data-x'), quoted)
    .map((pair) => pair.join('=')),
  name.map((text) => `name="${text}"`),
  name.map((text) => `name=${text.trim()}`),
  value.map((text) => `content="${text.replaceAll('"', '')}"`),
  fc.constantFrom('name', 'content', 'async', 'name = "cache-tag"', '/'),
);
const meta = fc
  .tuple(
    fc.constantFrom('meta', 'META', 'link', 'base'),
    fc.array(attribute, { maxLength: 4 }),
    fc.constantFrom('', '/', ' /', ' '),
  )
  .map(([element, attributes, end]) => `<${[element, ...attributes].join(' ')}${end}>`);
const odd = fc.constantFrom(
  '\n  ',
  '<title>a & b</title>',
  '<title>a<b</title>',
  '<title/>',
  '<script>if (a < b) "<meta name=cache-tag content=script>"</script>',
  '<script>"<!-- <script>"</script>',
  '<script type="module" src="/a.js"></script>',
  '<script>a</SCRIPT >',
  '<style>a > b { }</style>',
  '<!-- <meta name="cache-tag" content="comment"> -->',
  '<!-- a -- b -->',
  '<!--> -->',
  '<!-->',
  '<noscript><meta name="cache-tag" content="noscript"></noscript>',
  '<template><meta name="cache-tag" content="template"></template>',
  '</head>',
  '<body>',
  '<body class="a">',
  '</body>',
  '<p>',
  '<![CDATA[ <meta name="cache-tag" content="cdata"> ]]>',
  '<?php <meta name="cache-tag" content="php"> ?>',
  'text',
  '<',
);
const start = fc.constantFrom(
  '<!doctype html><html lang="en"><head>',
  '<!DOCTYPE html>\n<html lang="en" data-a=\'<b>\'>\n<head prefix="a: b">',
  '<html><head>',
  '<head>',
  '',
  '\ufeff<html><head>',
);
const page = fc
  .tuple(
    start,
    fc.array(fc.oneof(meta, meta, odd), { maxLength: 8 }),
    fc.constantFrom('</head><body>', '</head>', '<body>', ''),
  )
  .map(
    ([before, pieces, after]) =>
      `${before}${pieces.join('')}${after}<meta name="cache-tag" content="late"><p>x`,
  );

describe('the quick way to read tags from a head', () => {
  test('says what the parser says, or nothing', ({ expect }) => {
    let answered = 0;
    fc.assert(
      fc.property(page, (html) => {
        const scanned = scanHead(html);
        if (scanned === undefined) return;
        answered += 1;
        expect(scanned).toEqual(parseHead(html));
      }),
      { numRuns: 20_000 },
    );
    // A property that is never put to the test holds always.
    expect(answered).toBeGreaterThan(2000);
  });

  test.for(['<!-->', '<!--->', '<!-- a --!>', '<!-- a -->', '<!---->', '<!-- a --->'])(
    'knows where the comment %s ends, or asks the parser',
    (comment, { expect }) => {
      const html = `<html><head>${comment}<meta name="cache-tag" content="a">${comment}</head>`;
      expect(scanHead(html) ?? parseHead(html)).toEqual(parseHead(html));
    },
  );

  test('gives the same tags from bytes as from text', ({ expect }) => {
    fc.assert(
      fc.property(page, (html) => {
        const tags = readCacheTag(/cache-tag/i.test(html) ? parseHead(html) : []);
        expect(readMetaTagsOf(Buffer.from(html))).toEqual(tags);
        expect(readMetaTags(html)).toEqual(tags);
      }),
      { numRuns: 5000 },
    );
  });

  test('reads a head that is longer than the beginning of the page that it looks at first', ({
    expect,
  }) => {
    const html = `<html><head><style>${'a{}'.repeat(5000)}</style><meta name="cache-tag" content="a"></head>`;
    expect(readMetaTagsOf(Buffer.from(html))).toEqual(['a']);
  });

  test('leaves a head of many megabytes to the parser', ({ expect }) => {
    const html = `<html><head><script>${'x<y;'.repeat(1_000_000)}</script><meta name="cache-tag" content="a"></head>`;
    expect(readMetaTags(html)).toEqual(['a']);
  });
});
