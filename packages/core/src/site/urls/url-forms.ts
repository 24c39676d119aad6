/** How the URLs of a site are made. */
export interface UrlOptions {
  readonly domain: string;
  /** Default both: whether DCDN keeps one copy for the two of them is not documented. */
  readonly schemes?: readonly ('https' | 'http')[] | undefined;
}

/**
 * Every form of a page's path under which a server may offer it and a visitor may ask for it, encoded as
 * browsers send it, the page's own first:
 *
 * - with and without the slash at its end, with `index.html`, with and without `.html`: which of them an
 *   origin answers is its own business (`trailingSlash`, `build.format`, `cleanUrls`), and what it does not
 *   answer may be stored as a 404;
 * - with the characters that may stand in a path as they are, and with all of them escaped;
 * - with names written as one code point a letter (NFC) and as letter and accent (NFD).
 *
 * @param path URL path with base, not encoded, as manifests have it
 * @example urlFormsOf('/docs/x/') // ['/docs/x/', '/docs/x', '/docs/x/index.html', '/docs/x.html']
 */
export function urlFormsOf(path: string): string[] {
  const spellings = [path, path.normalize('NFC'), path.normalize('NFD')];
  const encoders = [encodeLikeBrowsers, encodeEverything];
  const forms = spellings.flatMap((spelling) =>
    encoders.flatMap((encode) => pathForms(spelling).map(encode)),
  );
  return [...new Set(forms)];
}

/** The same as whole URLs, as a refresh by URL wants them. */
export function urlsOf(
  path: string,
  { domain, schemes = ['https', 'http'] }: UrlOptions,
): string[] {
  const forms = urlFormsOf(path);
  return schemes.flatMap((scheme) => forms.map((form) => `${scheme}://${domain}${form}`));
}

function pathForms(path: string): string[] {
  const isPage = path.endsWith('/') || /\.html$/i.test(path);
  // A feed, an endpoint, an image: its name is the only one it has.
  if (!isPage) return [path];
  const bare = path.replace(/\/index\.html$/i, '/').replace(/(?:\/|\.html)$/i, '');
  if (bare === '') return ['/', '/index.html'];
  return [path, `${bare}/`, bare, `${bare}/index.html`, `${bare}.html`];
}

/**
 * As browsers send what stands in a link; `?` and `#` of a file's name are no syntax.
 * @see https://url.spec.whatwg.org/#path-percent-encode-set
 */
function encodeLikeBrowsers(path: string): string {
  const plain: Readonly<Record<string, string>> = { '%5B': '[', '%5D': ']', '%7C': '|' };
  return encodeURI(path.toWellFormed())
    .replace(/[?#]/g, encodeURIComponent)
    .replace(/%5B|%5D|%7C/g, (escape) => plain[escape] ?? escape);
}

/** As `encodeURIComponent` does with each name, which links that scripts make often have. */
function encodeEverything(path: string): string {
  return path
    .toWellFormed()
    .split('/')
    .map((part) => encodeURIComponent(part))
    .join('/');
}
