import type { FreshtagConfig } from '@freshtag/strapi/strapi-server';

type Change = (config: FreshtagConfig) => FreshtagConfig;

/** What can be broken, to show that the demo notices. */
const BREAKAGES: Readonly<Record<string, Change>> = {
  // The site is refreshed first, and reads what the API's edge still has.
  chain: ({ targets: { api, www } = {}, ...config }) => ({
    ...config,
    targets: {
      ...(www && { www: { ...www, after: undefined } }),
      ...(api && { api: { ...api, after: 'www' } }),
    },
  }),
  // A refresh does not stop a fetch that began before it.
  'second-pass': ({ relay, ...config }) => ({
    ...config,
    relay: { ...(relay !== false && relay), secondPassDelayMs: false },
  }),
  // One country changes, and the pages of all are fetched anew.
  coarse: (config) => ({
    ...config,
    types: { 'api::country.country': { tags: () => ['country:all'] } },
  }),
};

/** @param name what to break, or `undefined` for nothing */
export function breakOnPurpose(name: string | undefined): Change {
  if (name === undefined) return (config) => config;
  const change = BREAKAGES[name];
  if (change === undefined)
    throw new Error(`--break ${name}: one of ${Object.keys(BREAKAGES).join(', ')} is allowed`);
  return change;
}
