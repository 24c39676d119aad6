/** What one cache did with a request. */
export interface Step {
  readonly cache: string;
  readonly outcome: 'hit' | 'miss' | 'stale' | 'bypass';
  /** Status that the layer behind answered with. */
  readonly forwardStatus?: number;
  readonly stored?: boolean;
  /** The answer was fetched for another visitor at the same time. */
  readonly collapsed?: boolean;
  /** Seconds that the copy stays fresh; negative once it is stale. */
  readonly ttlSeconds?: number;
}

const FORWARDED = { miss: 'uri-miss', stale: 'stale', bypass: 'bypass' } as const;

/**
 * One member of a `Cache-Status` field.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9211
 */
export function formatStep(step: Step): string {
  const { cache, outcome, forwardStatus, stored, collapsed, ttlSeconds } = step;
  return [
    /^[a-z*][\w.:/!#$%&'*+^`|~-]*$/i.test(cache) ? cache : JSON.stringify(cache),
    outcome === 'hit' ? 'hit' : `fwd=${FORWARDED[outcome]}`,
    ...(forwardStatus === undefined ? [] : [`fwd-status=${forwardStatus}`]),
    ...(ttlSeconds === undefined ? [] : [`ttl=${Math.round(ttlSeconds)}`]),
    ...(stored === true ? ['stored'] : []),
    ...(collapsed === true ? ['collapsed'] : []),
  ].join('; ');
}
