import { createHash } from 'node:crypto';

import * as v from 'valibot';

import { parseStoredFile } from './stored-file.ts';

/** One output of a built site. */
export interface ManifestPage {
  /** URL path with base, as visitors ask for it: `/blog/x/` for `blog/x/index.html`, `/feed.xml`. */
  readonly path: string;
  /** Digest of its bytes. */
  readonly digest: string;
  /** What its `Cache-Tag` header says. Empty: it must not be cached at the edge. */
  readonly tags: readonly string[];
  /** Its name changes whenever its bytes do, so visitors may keep it for ever. */
  readonly immutable?: true | undefined;
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
      tags: v.array(v.string()),
      immutable: v.optional(v.literal(true)),
    }),
  ),
});

/** Digest of a page's bytes: the first 128 bits of SHA-256, as base64url. */
export function digestOf(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
}

/** Digest of the whole build, by which plans and states name it. */
export function buildId(manifest: Manifest): string {
  return digestOf(serializeManifest(manifest));
}

export function serializeManifest(manifest: Manifest): string {
  return `${JSON.stringify({ kind: KIND, ...manifest })}\n`;
}

/** @throws FreshtagError `FILE_UNUSABLE` naming the file */
export function parseManifest(text: string, file: string): Manifest {
  const { version, pages } = parseStoredFile(text, { file, kind: KIND, schema: manifestSchema });
  return { version, pages };
}
