import type { Normalizer } from './normalizer.ts';

const HASH_MAP =
  /(<script>window\.__VP_HASH_MAP__=JSON\.parse\()"(?:[^"\\<]|\\.)*"(\);[^<]*window\.__VP_SITE_DATA__=)/;

/**
 * The map of all pages' scripts that VitePress writes into each page, so that one edit changes them all.
 * A page whose own script has another name has another link to it in its head as well, which stays.
 *
 * Not on by default, since it is noise only where old scripts are gone: a visitor who goes on from a page
 * with an old map loads the old script of the next page, if that can be loaded, and the new one if not.
 * So the deploy must remove old files from the origin, and with this normaliser the scripts of pages are
 * refreshed at the edge like pages.
 *
 * @see https://github.com/vuejs/vitepress/blob/v1.6.4/src/client/app/router.ts “retry on fetch fail”
 */
export const vitepressHashMap: Normalizer = {
  name: 'vitepress-hash-map',
  version: '1',
  marker: Buffer.from('__VP_HASH_MAP__'),
  text: 'bytes',
  mutable: /\.md\.[\w-]{8}(?:\.lean)?\.js$/,
  normalize: (html) => html.replace(HASH_MAP, '$1""$2'),
};
