// What is true of a page, found without anything of freshtag, so that no mistake is shared with it.
import { createHash } from 'node:crypto';

/** Bytes of which it is proven that no visitor gets anything else when they differ. */
export interface NoiseMarker {
  readonly name: string;
  /** Without it nothing is taken away. */
  readonly sign: string;
  readonly strip: (html: string) => string;
}

/** What is known of one version of a page, besides its bytes. */
export interface PageFacts {
  /** Digest of what a reader can see: text, titles, pictures, where links lead. */
  readonly seen: string;
  /** Digest of its bytes without noise; only where there is any. */
  readonly clean?: string;
  /** Names of the noise in it. */
  readonly noise?: readonly string[];
}

export const NOISE_MARKERS: Readonly<Record<string, NoiseMarker>> = {
  'sveltekit-version': {
    name: 'sveltekit-version',
    sign: '__sveltekit_',
    // One name for all pages of a build, which only the page's own start script uses.
    strip: (html) => html.replaceAll(/\b__sveltekit_[0-9a-z]+/g, '__sveltekit'),
  },
  'vitepress-hash-map': {
    name: 'vitepress-hash-map',
    sign: '__VP_HASH_MAP__',
    strip: (html) => cutBetween(html, '__VP_HASH_MAP__=JSON.parse("', '");'),
  },
};

export function factsOf(bytes: Buffer, markers: readonly NoiseMarker[]): PageFacts {
  const html = bytes.toString('utf8');
  const seen = digest(visibleText(html));
  const found = markers.filter(({ sign }) => html.includes(sign));
  if (found.length === 0) return { seen };
  const clean = found.reduce((text, { strip }) => strip(text), bytes.toString('latin1'));
  return { seen, clean: digest(clean), noise: found.map(({ name }) => name) };
}

function digest(text: string): string {
  return createHash('sha1').update(text, 'utf8').digest('base64').slice(0, 20);
}

/** Takes away what stands between the first opening and the closing after it. */
function cutBetween(text: string, opening: string, closing: string): string {
  const start = text.indexOf(opening);
  const end = start === -1 ? -1 : text.indexOf(closing, start + opening.length);
  return end === -1 ? text : text.slice(0, start + opening.length) + text.slice(end);
}

const UNSEEN = /<!--[^]*?-->|<(script|style|template)\b[^]*?<\/\1\s*>/gi;
const TAG = /<\/?([a-z][\w-]*)\b([^>]*)>/gi;
const SHOWN =
  /\s(?:alt|title|placeholder|src|srcset|href|value)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)/gi;
const SHOWING =
  /^(?:a|img|source|video|audio|iframe|input|textarea|button|abbr|area|object|embed)$/i;

/** Text, and what tells pictures and links apart. Close enough to tell whether a reader would notice. */
function visibleText(html: string): string {
  return html
    .replace(UNSEEN, ' ')
    .replace(TAG, (_, name: string, rest: string) =>
      SHOWING.test(name) ? ` ${(rest.match(SHOWN) ?? []).join(' ')} ` : ' ',
    )
    .replaceAll(/\s+/g, ' ');
}
