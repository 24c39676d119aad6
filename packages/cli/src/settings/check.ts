import type { Origin, Setting, Settings } from './settings.ts';

/** Says in an error where the value came from that is wrong, unless a flag just said it. */
export async function checkSetting<T, Result>(
  setting: Setting<T>,
  check: (value: T) => Result,
): Promise<Result> {
  try {
    return check(setting.value);
  } catch (error) {
    const { FreshtagError, isFreshtagError } = await import('@freshtag/core');
    if (!isFreshtagError(error, 'INVALID_OPTION') || setting.source === 'flag') throw error;
    throw new FreshtagError(
      'INVALID_OPTION',
      `${error.message} It comes from ${placeOf(setting)}.`,
    );
  }
}

/** For people. */
export function placeOf({ source, from }: Origin): string {
  return from ?? source;
}

/**
 * The accelerated domains, each in lower case and once.
 * @throws FreshtagError `INVALID_OPTION`, also if none was given anywhere
 */
export async function domainsOf({ domain }: Settings): Promise<string[]> {
  const { checkDomain, FreshtagError } = await import('@freshtag/core');
  if (domain.value === undefined) {
    throw new FreshtagError(
      'INVALID_OPTION',
      'No domain was given. Give --domain www.example.com, set the variable FRESHTAG_DOMAIN, or write domain into freshtag.config.ts.',
    );
  }
  const names = await checkSetting({ ...domain, value: domain.value }, (value) =>
    value.map(checkDomain),
  );
  return [...new Set(names)];
}

/** The one domain of a command that keeps the state of a site. */
export async function oneDomainOf(settings: Settings): Promise<string> {
  const [domain = '', ...more] = await domainsOf(settings);
  if (more.length === 0) return domain;
  const { invalidOption } = await import('@freshtag/core');
  return checkSetting(settings.domain, (value) => {
    throw invalidOption(
      'domain',
      value,
      'one of them with --domain, since each has a state of its own',
    );
  });
}

/** Address of the API, checked without needing an access key. */
export async function endpointOf({ endpoint }: Settings): Promise<string> {
  const { resolveEndpoint } = await import('@freshtag/core');
  return checkSetting(endpoint, (value) => resolveEndpoint(value, undefined).origin);
}
