import { toPrintable } from '../../printable.ts';
import { decodeText, encodeText, versionOf } from './encoding.ts';
import type { Exchange, ObjectAnswer, ObjectRequest } from './exchange.ts';
import {
  stateConflict,
  stateRefused,
  type StateStore,
  type StoredText,
  type WriteOptions,
} from './store.ts';

type Headers = Readonly<Record<string, string>>;

/** An object that is read with GET and replaced with PUT. */
export interface ConditionalObject {
  readonly name: string;
  readonly exchange: Exchange;
  /** Makes a request whole: address, date, signature. */
  readonly prepare: (request: Omit<ObjectRequest, 'url'>) => Promise<ObjectRequest>;
  /** `false`: conditions are never sent, and what is there is compared before it is replaced. */
  readonly conditional: boolean;
  /** What to do where the server takes a write whose condition does not hold. */
  readonly whenIgnored: 'refuse' | 'go-on';
  /**
   * Whether a server may compare versions without their quotes, as Ceph 16 does: it then refuses what
   * has not changed, and is asked once more without them.
   */
  readonly mayCompareBare: boolean;
  /** Further statuses that say that somebody else wrote; 412 always does. */
  readonly conflicts: readonly number[];
  /** Whether a 404 says only that the object is not there, not that nothing can ever be. */
  readonly isAbsent: (answer: ObjectAnswer) => boolean;
  /** What to do about an answer that says no. */
  readonly advise: (answer: ObjectAnswer) => string;
}

type ReadWrite = Pick<StateStore, 'read' | 'write'> & {
  /** `false` once the server was seen to give no versions, or to ignore conditions. */
  readonly comparesAndSets: () => boolean;
};

/** A version that no object has. */
const NO_VERSION = '"freshtag-probe"';

/** @see https://www.rfc-editor.org/rfc/rfc9110#name-conditional-requests */
export function createConditionalObject(object: ConditionalObject): ReadWrite {
  const access = new ObjectAccess(object);
  return {
    read: (options) => access.read(options?.signal),
    write: (text, options) => access.write(text, options),
    comparesAndSets: () => access.heeds !== 'no',
  };
}

/** One object, and what was learned of its server so far. */
class ObjectAccess {
  /** Whether the server heeds conditions. Only ever goes from `unknown` to one of the others. */
  heeds: 'unknown' | 'yes' | 'no';
  readonly #object: ConditionalObject;
  #last: (StoredText & { readonly body: Buffer }) | undefined;

  constructor(object: ConditionalObject) {
    this.#object = object;
    this.heeds = object.conditional ? 'unknown' : 'no';
  }

  async read(signal?: AbortSignal): Promise<StoredText | undefined> {
    const { name, exchange, prepare, isAbsent } = this.#object;
    const answer = await exchange(() => prepare({ method: 'GET', headers: {} }), signal);
    this.#last = undefined;
    if (answer.status === 404 && isAbsent(answer)) return undefined;
    if (answer.status !== 200) throw refusal(this.#object, answer, 'read');
    if (isWebPage(answer)) throw webPage(name);
    const text = await decodeText(answer.body, name);
    const tag = strongTag(answer);
    if (tag === undefined) this.heeds = 'no';
    const version = this.heeds === 'no' ? versionOf(text) : (tag ?? '');
    this.#last = { text, version, body: answer.body };
    return { text, version };
  }

  async write(text: string, { expected, signal }: WriteOptions): Promise<string> {
    const { name, conflicts } = this.#object;
    const body = await encodeText(text, name);
    if (expected !== undefined && this.#isToTry()) await this.#tryConditions(expected, signal);
    if (this.heeds === 'no') await this.#checkUnchanged(expected, signal);
    const answer = await this.#putOn(expected, body, signal);
    const isGone = expected !== undefined && answer.status === 404;
    if (answer.status === 412 || conflicts.includes(answer.status) || isGone)
      throw stateConflict(name);
    if (!isSuccess(answer)) throw refusal(this.#object, answer, 'written');
    if (this.heeds === 'unknown' && expected === undefined)
      await this.#probe(body, [conditionOf(undefined), conditionOf(NO_VERSION)], signal);
    const tag = this.heeds === 'no' ? versionOf(text) : strongTag(answer);
    if (tag !== undefined) return tag;
    // The server names a version only when it is asked for it.
    const stored = await this.read(signal);
    return stored?.text === text ? stored.version : NO_VERSION;
  }

  async #putOn(
    expected: string | undefined,
    body: Buffer,
    signal?: AbortSignal,
  ): Promise<ObjectAnswer> {
    if (this.heeds === 'no') return this.#put(body, {}, signal);
    const answer = await this.#put(body, conditionOf(expected), signal);
    if (answer.status !== 412 || expected === undefined || !this.#object.mayCompareBare)
      return answer;
    const isUnchanged = (await this.read(signal))?.version === expected;
    const bare = { 'if-match': expected.replaceAll('"', '') };
    return isUnchanged ? this.#put(body, bare, signal) : answer;
  }

  #put(body: Buffer, headers: Headers, signal?: AbortSignal): Promise<ObjectAnswer> {
    const { exchange, prepare } = this.#object;
    return exchange(() => prepare({ method: 'PUT', headers, body }), signal);
  }

  /** A bucket is tried with its first object, any other server by each process. */
  #isToTry(): boolean {
    return this.heeds === 'unknown' && this.#object.whenIgnored === 'go-on';
  }

  /** With the text that is there just now: a server that ignores the condition writes it again. */
  async #tryConditions(expected: string, signal?: AbortSignal): Promise<void> {
    await this.#checkUnchanged(expected, signal);
    if (this.#isToTry() && this.#last !== undefined)
      await this.#probe(this.#last.body, [conditionOf(NO_VERSION)], signal);
  }

  /** Compares by text too: what a version is called changes when the server turns out to give none. */
  async #checkUnchanged(expected: string | undefined, signal?: AbortSignal): Promise<void> {
    const before = this.#last?.version === expected ? this.#last?.text : undefined;
    const now = await this.read(signal);
    const isSame = now?.version === expected || (before !== undefined && now?.text === before);
    if (!isSame) throw stateConflict(this.#object.name);
  }

  /** Asks for what a server that heeds conditions refuses; one that does not rewrites what is there. */
  async #probe(body: Buffer, conditions: readonly Headers[], signal?: AbortSignal): Promise<void> {
    for (const condition of conditions) {
      if (!isSuccess(await this.#put(body, condition, signal))) continue;
      this.heeds = 'no';
      if (this.#object.whenIgnored === 'go-on') return;
      await this.#withdraw(signal).catch(() => {});
      throw ignoresCondition(this.#object.name, condition);
    }
    this.heeds = 'yes';
  }

  /** What is there is not tried a second time, so the next run would take the server for a good one. */
  async #withdraw(signal?: AbortSignal): Promise<void> {
    const { exchange, prepare } = this.#object;
    await exchange(() => prepare({ method: 'DELETE', headers: {} }), signal);
  }
}

function conditionOf(expected: string | undefined): Headers {
  return expected === undefined ? { 'if-none-match': '*' } : { 'if-match': expected };
}

function isSuccess({ status }: ObjectAnswer): boolean {
  return status >= 200 && status < 300;
}

/** A weak one says “much the same”, which `If-Match` takes for different. */
function strongTag({ headers }: ObjectAnswer): string | undefined {
  const { etag = '' } = headers;
  return /^"[^"]*"$/.test(etag) ? etag : undefined;
}

function isWebPage({ headers }: ObjectAnswer): boolean {
  return /^text\/html\b/i.test(headers['content-type'] ?? '');
}

function webPage(name: string): Error {
  return stateRefused(
    name,
    'a web page was answered, not a state, such as a login page or one of a proxy’s. Check the address and the token.',
  );
}

function refusal(object: ConditionalObject, answer: ObjectAnswer, verb: string): Error {
  return refusedAnswer(object.name, { answer, verb, advice: object.advise(answer) });
}

/** The error for an answer that says no. */
export function refusedAnswer(
  name: string,
  {
    answer,
    verb,
    advice,
  }: { readonly answer: ObjectAnswer; readonly verb: string; readonly advice: string },
): Error {
  const { status } = answer;
  const code = codeOf(answer);
  const what = code === undefined ? `HTTP ${status}` : `HTTP ${status} ${code}`;
  return stateRefused(name, `it cannot be ${verb}: ${what}. ${advice} Nothing was changed.`, {
    status,
  });
}

/** The code in an error of S3 or OSS, the only part of it that can hold nothing secret. */
export function codeOf({ body, headers }: ObjectAnswer): string | undefined {
  const [, code] = /<Code>([A-Za-z0-9.]{1,80})<\/Code>/.exec(body.toString('utf8')) ?? [];
  return code ?? (headers['x-amz-error-code'] && toPrintable(headers['x-amz-error-code'], 80));
}

function ignoresCondition(name: string, condition: Headers): Error {
  const header = 'if-match' in condition ? 'If-Match' : 'If-None-Match';
  return stateRefused(
    name,
    `the server does not heed ${header}, so two deploys at once would overwrite each other’s state. Use a bucket that has conditional writes; or add conditional=no to the address, and let no two deploys run at once.`,
  );
}
