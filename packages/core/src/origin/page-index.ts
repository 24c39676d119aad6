import type { Manifest, ManifestPage } from '../site/manifest.ts';

export type PageIndex = (urlPath: string) => ManifestPage | undefined;

/** Finds the page that a URL path shows, in each form under which servers offer it. */
export function createPageIndex(manifest: Manifest): PageIndex {
  const pages = new Map(manifest.pages.map((page) => [page.path, page]));
  return (urlPath) => {
    const path = decode(urlPath);
    const forms = [path, path.replace(/\/index\.html$/, '/'), `${path}/`, `${path}.html`];
    return forms.map((form) => pages.get(form)).find((page) => page !== undefined);
  };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
