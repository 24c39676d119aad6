import type { Normalizer } from './normalizer.ts';

const START_SCRIPT =
  /(<script(?: nonce="[^"]*")?>\s*\{\s*)(__sveltekit_[\da-z]+)( = \{[^]*?<\/script>)/g;

/**
 * The global variable of SvelteKit's start script, named after a digest of `version.name`, which is the
 * time of the build unless it is set. The page's own script makes it and its own start module reads it, so
 * its name is noise as long as all else is the same, the names of those modules among it.
 *
 * They hold the version too. So where pages load any script, each build without a fixed `version.name`
 * truly changes each page, and this changes nothing about that: give it a name of your own.
 *
 * @see https://svelte.dev/docs/kit/configuration#version
 */
export const sveltekitVersion: Normalizer = {
  name: 'sveltekit-version',
  version: '1',
  marker: Buffer.from('__sveltekit_'),
  text: 'bytes',
  normalize: (html) =>
    html.replace(
      START_SCRIPT,
      (_, open: string, name: string, rest: string) =>
        `${open}__sveltekit_version${rest.replaceAll(name, '__sveltekit_version')}`,
    ),
};
