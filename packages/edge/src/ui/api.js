/** What the endpoint refuses, in its own words. */
class Refused extends Error {}

/** @returns {Promise<import('../control/views.ts').ControlState>} */
export async function getState() {
  return read(await fetch('/api/state'));
}

/**
 * @param {Parameters} query
 * @returns {Promise<import('../inspect.ts').ObjectPage>}
 */
export async function getObjects(query) {
  return read(await fetch(`/api/objects${toSearch(query)}`));
}

/**
 * @param {Parameters} query
 * @returns {Promise<import('../inspect.ts').TagPage>}
 */
export async function getTags(query) {
  return read(await fetch(`/api/tags${toSearch(query)}`));
}

/**
 * @param {import('../refresh-now.ts').RefreshOrder} order
 * @returns {Promise<{ readonly taskId: string }>}
 */
export async function postRefresh(order) {
  return post('/api/refreshes', order);
}

/**
 * @param {Readonly<Record<string, unknown>>} fault
 * @returns {Promise<Pick<import('../control/views.ts').Moment, 'pendingFaults'>>}
 */
export async function postFault(fault) {
  return post('/api/faults', fault);
}

/** @returns {Promise<Pick<import('../control/views.ts').Moment, 'pendingFaults'>>} */
export async function deleteFaults() {
  return read(await fetch('/api/faults', { method: 'DELETE' }));
}

/**
 * @param {string} path
 * @param {unknown} body
 */
async function post(path, body) {
  const headers = { 'content-type': 'application/json' };
  return read(await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) }));
}

/**
 * The last events of the log.
 *
 * @param {number} limit
 * @returns {Promise<import('../control/views.ts').LoggedEvent[]>}
 */
export async function lastEvents(limit) {
  const response = await fetch(`/api/events${toSearch({ limit })}`);
  const lines = (await response.text()).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line));
}

/**
 * @param {Response} response
 * @returns {Promise<any>}
 */
async function read(response) {
  const answer = await response.json();
  if (response.ok) return answer;
  throw new Refused(`${answer.error.apiCode ?? answer.error.code}: ${answer.error.message}`);
}

/** @typedef {Readonly<Record<string, string | number | undefined>>} Parameters nothing and '' are left out */

/** @param {Parameters} parameters */
function toSearch(parameters) {
  const given = Object.entries(parameters).filter(
    ([, value]) => value !== undefined && value !== '',
  );
  if (given.length === 0) return '';
  return `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}

/**
 * Reads again and again what may have changed. However often it is asked, one question is under way at a
 * time, and the edge has more time for its visitors than for this page.
 *
 * @template Question
 * @template Answer
 * @param {{
 *   readonly question: () => Question,
 *   readonly load: (question: Question) => Promise<Answer>,
 *   readonly apply: (answer: Answer, question: Question) => void,
 *   readonly refuse?: (error: Refused) => void,
 * }} how the answer to a question that is no longer the one is let go
 * @returns {() => void} asks
 */
export function createReader({ question, load, apply, refuse }) {
  let isReading = false;
  let isWanted = false;
  const next = async () => {
    isWanted = false;
    isReading = true;
    const asked = question();
    const startedMs = performance.now();
    try {
      const answer = await load(asked);
      if (JSON.stringify(asked) === JSON.stringify(question())) apply(answer, asked);
    } catch (error) {
      if (error instanceof Refused) refuse?.(error);
      // Else the connection is lost: the top of the page says so, and all is asked again when it is back.
    }
    const restMs = Math.max(SHORTEST_REST_MS, REST * (performance.now() - startedMs));
    setTimeout(() => {
      isReading = false;
      if (isWanted) void next();
    }, restMs);
  };
  return () => {
    isWanted = true;
    if (!isReading) void next();
  };
}

const SHORTEST_REST_MS = 150;
const REST = 5;
