/**
 * Strapi's `destroy` removes all listeners of the process, also that by which the runner of the tests talks
 * with it: see https://github.com/strapi/strapi/blob/v5.54.0/packages/core/core/src/Strapi.ts
 */
const removeAllListeners = process.removeAllListeners.bind(process);
process.removeAllListeners = (event) => (event === undefined ? process : removeAllListeners(event));
