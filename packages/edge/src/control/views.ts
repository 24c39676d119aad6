import type { EdgeEvent, NumberedEvent } from '../events.ts';
import type { PendingFault } from '../faults/fault-queue.ts';
import { faultForms, type FaultForm } from '../faults/parse-fault.ts';
import type { LayerState } from '../inspect.ts';
import type { Edge } from '../start-edge.ts';

type Seen = Omit<Edge, 'refresh' | 'injectFault'>;

/** What changes by itself. */
export interface Moment {
  /** By the edge's clock. */
  readonly nowMs: number;
  readonly layers: readonly LayerState[];
  readonly pendingFaults: readonly PendingFault[];
}

/** All that `GET /api/state` tells. */
export interface ControlState extends Moment {
  readonly urls: { readonly visitors: string; readonly api: string; readonly control: string };
  readonly domains: readonly { readonly domain: string; readonly origin: string }[];
  readonly faultKinds: readonly FaultForm[];
  /** Number of the last event. */
  readonly lastEvent: number;
}

export function momentOf(edge: Seen, clock: { now(): number }): Moment {
  const layers = edge.layers();
  return { nowMs: clock.now(), layers, pendingFaults: edge.pendingFaults() };
}

export function stateOf(
  edge: Seen,
  { clock, lastEvent }: { readonly clock: { now(): number }; readonly lastEvent: number },
): ControlState {
  const { url, apiUrl, controlUrl = '', domains, origins } = edge;
  const moment = momentOf(edge, clock);
  const layers = moment.layers.map(({ name }) => name);
  return {
    ...moment,
    urls: { visitors: url, api: apiUrl, control: controlUrl },
    domains: domains.map((domain) => ({ domain, origin: origins.get(domain) ?? '' })),
    faultKinds: faultForms({ domains, layers }),
    lastEvent,
  };
}

/** An event as the endpoint tells it. */
export type LoggedEvent = EdgeEvent & { readonly number: number };

/** An event as one line of JSON: a {@link LoggedEvent}. */
export function lineOf({ number, event }: NumberedEvent): string {
  return JSON.stringify({ number, ...event });
}
