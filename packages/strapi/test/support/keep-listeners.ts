/** What Strapi listens to itself, for as long as it runs. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Strapi's `destroy` removes all listeners of the process, also that by which the runner of the tests talks
 * with it: see https://github.com/strapi/strapi/blob/v5.54.0/packages/core/core/src/Strapi.ts
 */
const removeAllListeners = process.removeAllListeners.bind(process);
process.removeAllListeners = (event) => {
  for (const each of event === undefined ? SIGNALS : [event]) removeAllListeners(each);
  return process;
};
