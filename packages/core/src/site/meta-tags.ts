import { Parser } from 'htmlparser2';

import { readCacheTag } from '../tags/header.ts';

/**
 * The tags that a page names in its head: `<meta name="cache-tag" content="a, b">`, one or several.
 */
export function readMetaTags(html: string): string[] {
  // Parsing costs ten times a search, and most sites have most pages without such an element.
  if (!/cache-tag/i.test(html)) return [];
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
  return readCacheTag(contents);
}
