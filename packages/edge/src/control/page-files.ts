import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';

export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/** All files of the page by their path: only what was there at the start is ever served. */
export function readPageFiles(folder: URL): ReadonlyMap<string, PageFile> {
  const files = readdirSync(folder).flatMap((name): readonly [string, PageFile][] => {
    const type = TYPES[extname(name)];
    if (type === undefined) return [];
    const path = name === 'index.html' ? '/' : `/${name}`;
    return [[path, { type, bytes: readFileSync(new URL(name, folder)) }]];
  });
  return new Map(files);
}
