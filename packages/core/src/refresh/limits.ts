import { DEFAULT_CALLS_PER_SECOND } from '../dcdn/client.ts';
import { invalidOption } from '../errors.ts';
import { isRecord } from '../json.ts';
import { MAX_TAG_LENGTH } from '../tags/grammar.ts';

/** What one call and one account may not exceed. */
export interface RefreshLimits {
  /** Most tags a call. Default 100. Undocumented for DCDN. */
  readonly maxTagsPerCall: number;
  /** Longest `CacheTag` parameter in characters. Default 16,384, from the API's own metadata. */
  readonly maxCacheTagCharacters: number;
  /** Longest request URL in bytes, percent-encoded. Default 8,000. Undocumented; a common limit of gateways. */
  readonly maxUrlBytes: number;
  /**
   * Most calls that may come to the cloud in any one second, per account; one counts until a second
   * (and 20 ms) after its answer. Default 5. Undocumented.
   */
  readonly maxCallsPerSecond: number;
}

export const DEFAULT_REFRESH_LIMITS: RefreshLimits = {
  maxTagsPerCall: 100,
  maxCacheTagCharacters: 16_384,
  maxUrlBytes: 8000,
  maxCallsPerSecond: DEFAULT_CALLS_PER_SECOND,
};

/** @throws FreshtagError `INVALID_OPTION` */
export function resolveLimits(given: Partial<RefreshLimits> = {}): RefreshLimits {
  if (!isRecord(given))
    throw invalidOption('limits', given, 'an object like { maxTagsPerCall: 50 }');
  const limits = { ...DEFAULT_REFRESH_LIMITS, ...given };
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(DEFAULT_REFRESH_LIMITS, name));
  if (unknown !== undefined) {
    const known = Object.keys(DEFAULT_REFRESH_LIMITS).join(', ');
    throw invalidOption(`limits.${unknown}`, given, `only ${known}`);
  }
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isInteger(value) || value < 1)
      throw invalidOption(`limits.${name}`, value, 'a whole number of 1 or more');
  }
  if (limits.maxUrlBytes < 1000)
    throw invalidOption(
      'limits.maxUrlBytes',
      limits.maxUrlBytes,
      '1000 or more: one long tag and the domain need that much',
    );
  if (limits.maxCacheTagCharacters < MAX_TAG_LENGTH) {
    throw invalidOption(
      'limits.maxCacheTagCharacters',
      limits.maxCacheTagCharacters,
      `${MAX_TAG_LENGTH} or more: one tag may need that much`,
    );
  }
  return limits;
}
