import type { ManifestPage } from '../site/manifest.ts';

/** Every URL path under which servers offer a page that know nothing of files but their names. */
export function urlPathsOf({ path }: Pick<ManifestPage, 'path'>): readonly string[] {
  if (path.endsWith('/')) return [path, `${path}index.html`];
  if (path.endsWith('.html') && !path.endsWith('/404.html')) return [path, path.slice(0, -5)];
  return [path];
}
