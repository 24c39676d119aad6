import { createDecipheriv, hash } from 'node:crypto';

import type { Normalizer } from './normalizer.ts';

const KEY_BYTES = 32;
const IV_BYTES = 12;
const AUTH_TAG_BYTES = 16;
const ISLAND =
  /(<script type="module" data-astro-rerun data-island-id=")([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})(">)([^<]*)(<\/script>)/g;
const ISLAND_QUERY =
  /(_server-islands\/)([^/?"]+)(\/?\?)(e=[^&"]*)(&(?:#38;|amp;)?)(p=[^&"]*)(\5)(s=[^&"]*)/g;
const ISLAND_BODY =
  /^(let data = \{\n\tencryptedComponentExport: ")([^"]*)(",\n\tencryptedProps: ")([^"]*)(",\n\tencryptedSlots: ")([^"]*)(",\n\};\n[^]*await fetch\("[^"]*_server-islands\/)([^/"]+)/;

/**
 * Server islands of Astro: a random id for each render, and parameters that are encrypted with a random
 * vector, so that two builds of one source never have the same bytes.
 *
 * Nothing is taken away unseen: the parameters are decrypted with the site's own `ASTRO_KEY`, and what is
 * in them counts as content. Without the key they stay as they are. That is right too: then each build
 * makes a key of its own, and islands of older pages do not load any more.
 *
 * @param key `ASTRO_KEY`, 32 bytes in base64
 * @see https://docs.astro.build/en/guides/server-islands/#reusing-the-encryption-key
 */
export function astroServerIslands(key: string | undefined): Normalizer {
  const decoded = Buffer.from(key ?? '', 'base64');
  return {
    name: 'astro-server-islands',
    version: '1',
    marker: Buffer.from('_server-islands/'),
    text: 'bytes',
    normalize: (html) => (decoded.length === KEY_BYTES ? normalizeIslands(html, decoded) : html),
  };
}

function normalizeIslands(html: string, key: Buffer): string {
  const replacements = new Map<string, string>();
  let count = 0;
  const islands = html.replace(ISLAND, (whole, open, id: string, middle, script: string, end) => {
    const call = `replaceServerIsland("${id}", response);`;
    if (!script.endsWith(call)) return whole;
    count += 1;
    const name = `island-${count}`;
    const clean = decryptBody(decryptQueries(script.slice(0, -call.length), key), key);
    // With a content security policy the page names the digest of each of its scripts.
    for (const algorithm of ['sha256', 'sha384', 'sha512'])
      replacements.set(
        `'${algorithm}-${hash(algorithm, script, 'base64')}'`,
        `'${algorithm}-${name}'`,
      );
    return `${open}${name}${middle}${clean}replaceServerIsland("${name}", response);${end}`;
  });
  if (count === 0) return html;
  const preloads = islands.replace(
    /<link rel="preload" as="fetch" href="[^"]*_server-islands\/[^"]*"/g,
    (link) => decryptQueries(link, key),
  );
  return preloads.replace(
    /'sha(?:256|384|512)-[\w+/=]+'/g,
    (name) => replacements.get(name) ?? name,
  );
}

/** Short parameters are in the URL of the fetch, and of the link that preloads it. */
function decryptQueries(text: string, key: Buffer): string {
  return text.replace(
    ISLAND_QUERY,
    (_, folder, id: string, question, e: string, and, p: string, _and, s: string) => {
      const open = (pair: string, purpose: string): string => {
        const value = decodeParameter(pair.slice(2));
        return `${pair.slice(0, 2)}${decrypt(value, { key, purpose: `${purpose}:${id}` })}`;
      };
      const shown = [open(e, 'export'), open(p, 'props'), open(s, 'slots')];
      return `${folder}${id}${question}${shown.join(and)}`;
    },
  );
}

/** Long ones are sent in a body. */
function decryptBody(script: string, key: Buffer): string {
  return script.replace(
    ISLAND_BODY,
    (_, a, e: string, b, p: string, c, s: string, d, id: string) => {
      const open = (value: string, purpose: string): string =>
        decrypt(value, { key, purpose: `${purpose}:${id}` });
      return `${a}${open(e, 'export')}${b}${open(p, 'props')}${c}${open(s, 'slots')}${d}${id}`;
    },
  );
}

/**
 * A digest of what was encrypted; the value itself if this key did not encrypt it.
 * The key takes part in the digest: with another one, the islands of the stored page do not load.
 */
function decrypt(
  value: string,
  { key, purpose }: { readonly key: Buffer; readonly purpose: string },
): string {
  const vector = Buffer.from(value.slice(0, IV_BYTES * 2), 'hex');
  const data = Buffer.from(value.slice(IV_BYTES * 2), 'base64');
  if (vector.length !== IV_BYTES || data.length < AUTH_TAG_BYTES) return value;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, vector, {
      authTagLength: AUTH_TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(purpose, 'utf8'));
    decipher.setAuthTag(data.subarray(-AUTH_TAG_BYTES));
    const plain = Buffer.concat([
      decipher.update(data.subarray(0, -AUTH_TAG_BYTES)),
      decipher.final(),
    ]);
    return `decrypted-${hash('sha256', Buffer.concat([key, plain]), 'base64url')}`;
  } catch {
    return value;
  }
}

function decodeParameter(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
