import { invalidOption } from '../errors.ts';

/** The one host of the DCDN API, for every region. */
export const DCDN_ENDPOINT = 'https://dcdn.aliyuncs.com';

/**
 * The API's address: the option, else the variable `FRESHTAG_ENDPOINT`, else the cloud.
 * @throws FreshtagError `INVALID_OPTION`
 */
export function resolveEndpoint(option: string | undefined, variable: string | undefined): URL {
  const [name, given] =
    option !== undefined
      ? (['endpoint', option] as const)
      : (['FRESHTAG_ENDPOINT', variable === '' ? undefined : variable] as const);
  if (given === undefined) return new URL(DCDN_ENDPOINT);
  const url = parse(given);
  const bare = url?.pathname === '/' && url.search + url.hash + url.username + url.password === '';
  if (!bare || !['http:', 'https:'].includes(url.protocol)) {
    throw invalidOption(
      name,
      given,
      'the API’s address, like http://127.0.0.1:8081 or https://dcdn.aliyuncs.com',
    );
  }
  return url;
}

/** `null` for what is no address, whatever a caller without types gives. */
function parse(given: unknown): URL | null {
  if (typeof given !== 'string') return null;
  return URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `https://${given}`);
}
