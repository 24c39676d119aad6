import { startEdge } from '@freshtag/edge';

import { runNode, script } from './child.ts';
import { fieldsIn, parseFields, textIn } from './json.ts';

const TIMEOUT_MS = 800;
const OURS_MAX_ATTEMPTS = 6;
const SDK_MAX_ATTEMPTS = 3;
const NO_ORIGIN = 'http://127.0.0.1:9';

type InjectedFault = Parameters<Awaited<ReturnType<typeof startEdge>>['injectFault']>[0];

const FAULTS: Readonly<Record<string, InjectedFault>> = {
  'throttled, header': { kind: 'throttled', retryAfterMs: 300 },
  throttled: { kind: 'throttled' },
  '503 with JSON': { kind: 'unavailable' },
  '502 with HTML': { kind: 'html' },
  'applied, silent': { kind: 'silent', applied: true },
  'nonce replay': {
    kind: 'refused',
    code: 'SignatureNonceUsed',
    message: 'Specified signature nonce was used already.',
  },
  'cut in the middle': { kind: 'truncated', applied: true },
};

interface Outcome {
  /** `refused` is a receipt, `thrown` an exception. */
  readonly outcome: string;
  /** As the caller gets it. */
  readonly error?: Readonly<Record<string, unknown>>;
}

/** What a caller was told, and what the edge saw. */
export interface Behaviour extends Outcome {
  /** Calls that reached the edge. */
  readonly calls: number;
  /** Refreshes that took effect. */
  readonly applied: number;
}

export interface FaultRow {
  readonly fault: string;
  /** `refresh()` as it is. */
  readonly core: Behaviour;
  /** The same without a second attempt, for the class of the error. */
  readonly coreOnce: Behaviour;
  /** The SDK, with `autoretry` on. */
  readonly sdk: Behaviour;
}

/** Each fault once, then a healthy edge. */
export async function measureFaults(): Promise<FaultRow[]> {
  const rows: FaultRow[] = [];
  for (const [name, fault] of Object.entries(FAULTS)) {
    rows.push({
      fault: name,
      core: await meet(fault, 'fault-core.mjs', OURS_MAX_ATTEMPTS),
      coreOnce: await meet(fault, 'fault-core.mjs', 1),
      sdk: await meet(fault, 'fault-sdk.cjs', SDK_MAX_ATTEMPTS),
    });
  }
  return rows;
}

async function meet(fault: InjectedFault, file: string, maxAttempts: number): Promise<Behaviour> {
  const edge = await startEdge({ domains: { 'www.example.com': NO_ORIGIN } });
  try {
    edge.injectFault(fault);
    const args = [edge.apiUrl, String(TIMEOUT_MS), String(maxAttempts)];
    const { stdout } = await runNode([script(file), ...args]);
    const told = parseFields(stdout);
    const error = fieldsIn(told, 'error');
    return {
      outcome: textIn(told, 'outcome') ?? 'unknown',
      ...(error === undefined ? {} : { error }),
      calls: edge.refreshes.length,
      applied: edge.refreshes.filter((event) => event.outcome === 'accepted').length,
    };
  } finally {
    await edge.close();
  }
}
