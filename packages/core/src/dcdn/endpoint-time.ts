import { systemClock } from '../clock.ts';
import { FreshtagError } from '../errors.ts';
import type { DcdnClientOptions } from './client.ts';
import { resolveEndpoint } from './endpoint.ts';
import { createTransport } from './transport.ts';
import { isFault, unreachable } from './unreachable.ts';

/** Two clocks at one moment. */
export interface EndpointTime {
  /** What the API's clock says, in milliseconds since 1970, to a second. */
  readonly theirMs: number;
  readonly ourMs: number;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5000;

/**
 * What time it is at the API, which refuses calls of a clock that is 15 minutes off. It asks without a
 * key.
 * @throws FreshtagError `ENDPOINT_UNREACHABLE`, `API_UNREADABLE` if the answer has no date
 */
export async function endpointTime(
  options: Pick<DcdnClientOptions, 'endpoint' | 'env' | 'timeoutMs' | 'dispatcher' | 'clock'> = {},
): Promise<EndpointTime> {
  const { env = process.env, clock = systemClock } = options;
  const { origin } = resolveEndpoint(options.endpoint, env['FRESHTAG_ENDPOINT']);
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const { dispatcher } = options;
  const transport = createTransport({
    env,
    origin,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    dispatcher,
  });
  try {
    const headers = { accept: 'application/json' };
    const answer = await transport.post('/', { headers, timeoutMs, signal: undefined });
    const theirMs = Date.parse(String(answer.headers['date'] ?? ''));
    if (!Number.isNaN(theirMs)) return { theirMs, ourMs: clock.now() };
  } catch (error) {
    if (isFault(error)) throw error;
    throw unreachable(error, { origin, timeoutMs, via: transport.proxyVariable });
  } finally {
    await transport.close();
  }
  throw new FreshtagError(
    'API_UNREADABLE',
    'The answer of the API has no date, so it is not known how far the clocks are apart.',
  );
}
