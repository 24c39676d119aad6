import { createDispatcher } from './api/dispatch.ts';
import { createApiServer } from './api/server.ts';
import { createQuota } from './api/quota.ts';
import { createRates } from './api/rate.ts';
import { createTasks } from './api/tasks.ts';
import { createCaches } from './caches.ts';
import { createEventLog, type EdgeEvent, type EventLog, type RefreshEvent } from './events.ts';
import type { FaultEvent } from './faults/fault-event.ts';
import { createFaultQueue, type FaultQueue, type PendingFault } from './faults/fault-queue.ts';
import type { Fault, RefreshRefusal } from './faults/fault.ts';
import { createInspection, type Inspection } from './inspect.ts';
import { listen, stop } from './listen.ts';
import { layerNames, resolveOptions, SECOND_LAYER, type EdgeOptions } from './options.ts';
import { createProxyServer } from './proxy/server.ts';
import { refreshNow, type RefreshOrder } from './refresh-now.ts';
import type { Control } from './start-control.ts';

/** A running local DCDN. */
export interface Edge extends Inspection {
  /** Address for visitors. They ask for a domain by the `Host` header; this address itself is the first. */
  readonly url: string;
  /** Address of the API, for the option `endpoint` of a client. */
  readonly apiUrl: string;
  /** Address of the control endpoint and its page, if there is one. */
  readonly controlUrl: string | undefined;
  /** Its domains, in the order of the option. */
  readonly domains: readonly string[];
  /** The origin of each. */
  readonly origins: ReadonlyMap<string, string>;
  /** Its points of presence, in the order of the option. */
  readonly points: readonly string[];
  /** All that has happened until now, oldest first: the last 10,000 events of each type. */
  readonly events: readonly EdgeEvent[];
  /** Of these, what the API was asked to refresh. */
  readonly refreshes: readonly RefreshEvent[];
  /** Of these, the faults that have happened. */
  readonly faults: readonly FaultEvent[];
  /**
   * Tells every event from now on, as soon as it is known. What the listener throws is an uncaught
   * exception of the process; whatever the edge was doing goes on.
   *
   * @returns what ends that
   */
  onEvent(listener: (event: EdgeEvent) => void): () => void;
  /**
   * Has something go wrong: with the next calls to the API that are signed well, the next fetches from
   * an origin, or the next refreshes on their way to a cache. Several faults happen in the order they
   * were asked for, one to a call or fetch.
   *
   * @throws FreshtagError `INVALID_OPTION`, whatever the value is: it may come from a request
   */
  injectFault(fault: Fault): void;
  /** Faults that are still to happen, in their order. */
  pendingFaults(): readonly PendingFault[];
  /** Forgets them. */
  clearFaults(): void;
  /**
   * The fault `refused` for refreshes of every kind: they change nothing.
   *
   * @throws FreshtagError `INVALID_OPTION`
   */
  refuseRefreshes(refusal: RefreshRefusal): void;
  /**
   * Refreshes without a signed call; from its signature on, all is as if there were one: the rate, the
   * faults, the checks, the quota and the log.
   *
   * @returns the id of the task
   * @throws FreshtagError what a client would throw: `DcdnError` for a refusal, another where a fault
   * loses the answer
   */
  refresh(order: RefreshOrder): Promise<string>;
  /** Ends all servers and every connection. May be called again. */
  close(): Promise<void>;
}

/**
 * Starts the API and the edge in this process.
 *
 * @throws FreshtagError `INVALID_OPTION`, also for a port that is taken; nothing is left running then
 */
export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const resolved = resolveOptions(options);
  const { clock, sites, host, port, apiPort } = resolved;
  const domains = sites.map(({ domain }) => domain);
  const log = createEventLog();
  const faultQueue = createFaultQueue({ clock, log, domains, layers: layerNames(resolved) });
  for (const fault of resolved.faults) faultQueue.add(fault);
  const caches = await createCaches(resolved, { log, faults: faultQueue });
  const { layers, network } = caches;
  const tasks = createTasks({ layers, clock, faultQueue });
  const proxyServer = createProxyServer({ sites, host, network, clock, log });
  const quota = createQuota(resolved);
  const mayPass = createRates(resolved.maxCallsPerSecond, clock);
  const api = { domains, tasks, quota, log, faultQueue, mayPass, clock };
  const apiServer = createApiServer({ ...resolved, ...api });
  const closing = new AbortController();
  const refreshing = { dispatch: createDispatcher(api), clock, signal: closing.signal };
  let control: Control | undefined;

  const close = async (): Promise<void> => {
    closing.abort();
    await Promise.all([stop(proxyServer), stop(apiServer), control?.close()]);
    await caches.close();
  };
  try {
    const url = await listen(proxyServer, { host, port, option: 'port' });
    const apiUrl = await listen(apiServer, { host, port: apiPort, option: 'apiPort' });
    const edge: Edge = {
      url,
      apiUrl,
      get controlUrl() {
        return control?.url;
      },
      domains,
      origins: new Map(sites.map(({ domain, origin }) => [domain, origin])),
      points: resolved.pointsOfPresence.map(({ name }) => name),
      get events() {
        return log.list();
      },
      get refreshes() {
        return log.list('refresh');
      },
      get faults() {
        return log.list('fault');
      },
      ...methodsOf(log, faultQueue),
      ...createInspection({ layers, secondLayer: SECOND_LAYER, domains, clock }),
      refresh: (order) => refreshNow(order, refreshing),
      close,
    };
    if (resolved.controlPort !== undefined) {
      const { startControl } = await import('./start-control.ts');
      control = await startControl({ edge, log, clock, port: resolved.controlPort });
    }
    return edge;
  } catch (error) {
    await close();
    throw error;
  }
}

function methodsOf(
  log: EventLog,
  faultQueue: FaultQueue,
): Pick<Edge, 'onEvent' | 'injectFault' | 'pendingFaults' | 'clearFaults' | 'refuseRefreshes'> {
  return {
    onEvent: log.subscribe,
    injectFault: faultQueue.add,
    pendingFaults: faultQueue.list,
    clearFaults: faultQueue.clear,
    refuseRefreshes: faultQueue.refuseRefreshes,
  };
}
