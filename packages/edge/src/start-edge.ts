import { createApiServer } from './api/server.ts';
import { createEventLog, type EdgeEvent } from './api/events.ts';
import { createRefusals, type RefreshRefusal } from './api/refusal.ts';
import { createTasks } from './api/tasks.ts';
import { Layer } from './cache/layer.ts';
import { listen, stop } from './listen.ts';
import { resolveOptions, type EdgeOptions } from './options.ts';
import { createNetwork } from './proxy/network.ts';
import { createProxyServer } from './proxy/server.ts';

/** A running local DCDN. */
export interface Edge {
  /** Address for visitors. They ask for the domain by the `Host` header, or for this address itself. */
  readonly url: string;
  /** Address of the API, for the option `endpoint` of a client. */
  readonly apiUrl: string;
  readonly domain: string;
  /** What the API was asked, oldest first: the last 10,000 refreshes. */
  readonly events: readonly EdgeEvent[];
  /**
   * The next refresh calls that are signed well are refused, and change nothing.
   *
   * @throws FreshtagError `INVALID_OPTION`
   */
  refuseRefreshes(refusal: RefreshRefusal): void;
  /** Ends both servers and every connection. May be called again. */
  close(): Promise<void>;
}

/**
 * Starts the API and the edge in this process.
 *
 * @throws FreshtagError `INVALID_OPTION`, also for a port that is taken; nothing is left running then
 */
export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const resolved = resolveOptions(options);
  const { clock, domain, host, port, apiPort } = resolved;
  const second = new Layer(resolved.secondLayer.propagationDelayMs, clock);
  const points = resolved.pointsOfPresence.map(({ name, propagationDelayMs }) => ({
    name,
    layer: new Layer(propagationDelayMs, clock),
  }));
  const network = createNetwork(resolved.origin, second, points);
  const events = createEventLog();
  const refusals = createRefusals();
  const tasks = createTasks([second, ...points.map(({ layer }) => layer)], clock);
  const proxyServer = createProxyServer({ domain, host, network });
  const apiServer = createApiServer({ ...resolved, tasks, events, refusals });

  const close = async (): Promise<void> => {
    await Promise.all([stop(proxyServer), stop(apiServer), network.close()]);
  };
  try {
    const url = await listen(proxyServer, { host, port, option: 'port' });
    const apiUrl = await listen(apiServer, { host, port: apiPort, option: 'apiPort' });
    return { url, apiUrl, domain, events: events.list, refuseRefreshes: refusals.add, close };
  } catch (error) {
    await close();
    throw error;
  }
}
