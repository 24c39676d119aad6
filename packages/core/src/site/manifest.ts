import { createHash, hash } from 'node:crypto';

import * as v from 'valibot';

import { parseStoredFile } from './stored-file.ts';

/** One output of a built site. */
export interface ManifestPage {
  /** URL path with base, as visitors ask for it: `/blog/x/` for `blog/x/index.html`, `/feed.xml`. */
  readonly path: string;
  /** Digest of its content: of its bytes, or of what normalisers left of them, whose names it then ends in. */
  readonly digest: string;
  /** Digest of its bytes, where normalisers took noise away: what the origin serves. */
  readonly bytes?: string | undefined;
  /** What its `Cache-Tag` header says. Empty: it must not be cached at the edge. */
  readonly tags: readonly string[];
  /** Its name changes whenever its bytes do, so visitors may keep it for ever. */
  readonly immutable?: true | undefined;
  /** Of a planned page: what its next version is compared with, to say where it changed; see `sketchOf`. */
  readonly sketch?: string | undefined;
}

/** What one build is: every page, its digest, its tags; sorted by path. */
export interface Manifest {
  readonly version: 1;
  readonly pages: readonly ManifestPage[];
}

const KIND = 'manifest';
const manifestSchema = v.object({
  kind: v.literal(KIND),
  version: v.literal(1),
  pages: v.array(
    v.object({
      path: v.string(),
      digest: v.string(),
      bytes: v.optional(v.string()),
      tags: v.array(v.string()),
      immutable: v.optional(v.literal(true)),
    }),
  ),
});

const DIGEST_LENGTH = 22;

/** Digest of a page's bytes: the first 128 bits of SHA-256, as base64url. */
export function digestOf(bytes: string | Uint8Array): string {
  return hash('sha256', bytes, 'base64url').slice(0, DIGEST_LENGTH);
}

/** Digest of the whole build. */
export function buildId(manifest: Manifest): string {
  return digestOfPieces(piecesOf(manifest));
}

/** Digest of a text that would be too large in one. */
export function digestOfPieces(pieces: Iterable<string>): string {
  const digest = createHash('sha256');
  for (const piece of pieces) digest.update(piece);
  return digest.digest('base64url').slice(0, DIGEST_LENGTH);
}

const PAGES_A_PIECE = 100;

/** The manifest's text, piece by piece: that of a large site in one is as large as all else of it. */
function* piecesOf({ version, pages }: Manifest): Iterable<string> {
  yield `{"kind":"${KIND}","version":${version},"pages":[`;
  for (let next = 0; next < pages.length; next += PAGES_A_PIECE) {
    const some = JSON.stringify(pages.slice(next, next + PAGES_A_PIECE));
    yield `${next === 0 ? '' : ','}${some.slice(1, -1)}`;
  }
  yield ']}\n';
}

export function serializeManifest(manifest: Manifest): string {
  return [...piecesOf(manifest)].join('');
}

/** @throws FreshtagError `FILE_UNUSABLE` naming the file */
export function parseManifest(text: string, file: string): Manifest {
  const { version, pages } = parseStoredFile(text, { file, kind: KIND, schema: manifestSchema });
  return { version, pages };
}
