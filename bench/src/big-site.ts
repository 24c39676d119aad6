import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface BigSite {
  readonly dir: string;
  /** Pages, each in a folder of its own. */
  readonly pages: number;
  readonly bytesAPage: number;
}

const FOLDERS_ABOVE = 1000;

/** Writes a site of pages as generators make them, with tags in their heads, and one that all lists have. */
export function writeBigSite({ dir, pages, bytesAPage }: BigSite): void {
  for (let index = 0; index < pages; index += 1) {
    const folder = join(dir, `section-${index % FOLDERS_ABOVE}`, `page-${index}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'index.html'), pageText({ index, version: 1, bytesAPage }));
  }
}

/** Changes every hundredth page, as an editor would. @returns how many */
export function changeBigSite({ dir, pages, bytesAPage }: BigSite): number {
  let changed = 0;
  for (let index = 0; index < pages; index += 100) {
    const file = join(dir, `section-${index % FOLDERS_ABOVE}`, `page-${index}`, 'index.html');
    writeFileSync(file, pageText({ index, version: 2, bytesAPage }));
    changed += 1;
  }
  return changed;
}

function pageText({
  index,
  version,
  bytesAPage,
}: {
  readonly index: number;
  readonly version: number;
  readonly bytesAPage: number;
}): string {
  const links = Array.from(
    { length: 20 },
    (_, link) =>
      `<li><a href="/section-${link}/page-${(index * 7 + link) % 100_000}/">Page ${link}</a></li>`,
  );
  const head = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/_astro/index.CpNbN3qs.css"><title>Page ${index} – Größe</title><meta name="description" content="What page ${index} &amp; its neighbours say"><meta name="cache-tag" content="section:${index % FOLDERS_ABOVE}, author:given-and-family-name-${index % 37}"><script type="module" src="/_astro/page.DqW1xk2a.js"></script></head><body><nav><ul>${links.join('')}</ul></nav><main><h1>Page ${index}</h1>`;
  const paragraph = `<p>Paragraph of page ${index}, in its version ${version}: the quick brown fox jumps over the lazy dog.</p>\n`;
  const end = '</main></body></html>\n';
  const room = bytesAPage - Buffer.byteLength(head) - end.length;
  return `${head}${paragraph.repeat(Math.ceil(room / paragraph.length)).slice(0, Math.max(0, room))}${end}`;
}
