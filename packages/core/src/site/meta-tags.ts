import { Parser } from 'htmlparser2';

import { readCacheTag } from '../tags/header.ts';
import { scanHead } from './scan-head.ts';

/** How far the head of most pages reaches. */
const HEAD_BYTES = 4096;
const END_OF_HEAD = Buffer.from('</head>');
const MENTIONED = /cache-tag/i;

/**
 * The tags that a page names in its head: `<meta name="cache-tag" content="a, b">`, one or several.
 */
export function readMetaTags(html: string): string[] {
  // Parsing costs ten times a search, and most sites have most pages without such an element.
  if (!MENTIONED.test(html)) return [];
  return readCacheTag(scanHead(html) ?? parseHead(html));
}

/** As {@link readMetaTags}, from the bytes of a file, of which it turns no more into text than it needs. */
export function readMetaTagsOf(content: Buffer): string[] {
  const scanned = scanHead(content.toString('latin1', 0, lengthOfHead(content)));
  const tags =
    scanned === undefined ? readMetaTags(content.toString('utf8')) : readCacheTag(scanned);
  // Tags are kept for long, pages are not.
  return tags.map(detached);
}

/** Of a page that is written as most are: what is beyond its head need not become text. */
function lengthOfHead(content: Buffer): number {
  const end = content.indexOf(END_OF_HEAD);
  const most = end === -1 ? HEAD_BYTES : Math.min(HEAD_BYTES, end + END_OF_HEAD.length);
  return Math.min(most, content.length);
}

/** What is shorter V8 copies. */
const SHORT = 13;

/** V8 does not cut a text out of another: it keeps the whole page for the sake of a tag in it. */
function detached(text: string): string {
  return text.length < SHORT ? text : Buffer.from(text, 'utf8').toString('utf8');
}

/** What the meta elements say. The parser is right about all HTML, and slow. */
export function parseHead(html: string): string[] {
  const contents: string[] = [];
  const parser = new Parser({
    onopentag: (name, attributes) => {
      if (name === 'body') parser.pause();
      if (name !== 'meta' || attributes['name']?.trim().toLowerCase() !== 'cache-tag') return;
      contents.push(attributes['content'] ?? '');
    },
    onclosetag: (name) => {
      if (name === 'head') parser.pause();
    },
  });
  parser.write(html);
  return contents;
}
