import { createApiServer } from './api/server.ts';
import { createEventLog, type FaultEvent, type RefreshEvent } from './api/events.ts';
import { createFaultQueue } from './api/fault-queue.ts';
import type { Fault, RefreshRefusal } from './api/fault.ts';
import { createQuota } from './api/quota.ts';
import { createRate } from './api/rate.ts';
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
  readonly events: readonly RefreshEvent[];
  /** Faults that have happened, oldest first: the last 10,000. */
  readonly faults: readonly FaultEvent[];
  /**
   * Has something go wrong with the next calls to the API that are signed well. Several faults happen
   * in the order they were asked for, one to a call.
   *
   * @throws FreshtagError `INVALID_OPTION`
   */
  injectFault(fault: Fault): void;
  /**
   * The fault `refused` for refreshes of every kind: they change nothing.
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
  const events = createEventLog<RefreshEvent>();
  const faults = createEventLog<FaultEvent>();
  const faultQueue = createFaultQueue();
  const tasks = createTasks([second, ...points.map(({ layer }) => layer)], clock);
  const proxyServer = createProxyServer({ domain, host, network });
  const quota = createQuota(clock);
  const mayPass = createRate(resolved.maxCallsPerSecond, clock);
  const api = { tasks, quota, events, faults, faultQueue, mayPass };
  const apiServer = createApiServer({ ...resolved, ...api });

  const close = async (): Promise<void> => {
    await Promise.all([stop(proxyServer), stop(apiServer), network.close()]);
  };
  try {
    const url = await listen(proxyServer, { host, port, option: 'port' });
    const apiUrl = await listen(apiServer, { host, port: apiPort, option: 'apiPort' });
    return {
      url,
      apiUrl,
      domain,
      events: events.list,
      faults: faults.list,
      injectFault: faultQueue.add,
      refuseRefreshes: faultQueue.refuseRefreshes,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
