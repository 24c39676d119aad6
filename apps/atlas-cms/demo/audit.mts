// Compares what the edge serves with what is true. Imports nothing of freshtag.
import { ask, isSame, type Answer, type Server } from './visitor.mts';

/** A domain as visitors see it, and the same content without any cache. */
export interface Place {
  readonly truth: Server;
  readonly points: readonly Server[];
}

/** What visitors met since a change. */
export interface Finding {
  /** Addresses whose content is another than before. */
  readonly changed: readonly string[];
  /** Answers of a point of presence that are not the truth by now. */
  readonly stale: readonly string[];
  /** Answers that did not change, and had to be fetched anew all the same. */
  readonly overRefreshed: readonly string[];
}

interface Address {
  readonly place: Place;
  readonly path: string;
}

export class Auditor {
  readonly #addresses = new Map<string, Address>();
  #before = new Map<string, Answer>();
  #truth = new Map<string, Answer>();
  #misses = new Set<string>();

  /** Addresses to look at from now on. */
  watch(domain: string, place: Place, paths: Iterable<string>): void {
    for (const path of paths) this.#addresses.set(domain + path, { place, path });
  }

  get size(): number {
    return this.#addresses.size;
  }

  /** Fetches everything without any cache, as what later changes are compared with. */
  async begin(): Promise<void> {
    await this.readTruth();
    this.#before = this.#truth;
    this.#misses = new Set();
  }

  /** Fetches everything without any cache, as the truth. */
  async readTruth(): Promise<void> {
    const truth = new Map<string, Answer>();
    for (const [name, { place, path }] of this.#addresses)
      truth.set(name, await ask(place.truth, path));
    this.#truth = truth;
  }

  /**
   * Fetches everything at every point of presence.
   * @returns answers that are not the truth, or, after the first time, did not change and were no hit
   */
  async visit(): Promise<Pick<Finding, 'stale' | 'overRefreshed'>> {
    const stale: string[] = [];
    for (const [name, { place, path }] of this.#addresses)
      for (const [index, point] of place.points.entries()) {
        const answer = await ask(point, path);
        const where = `${name} at point ${index + 1}`;
        if (!isSame(answer, this.#truth.get(name))) stale.push(where);
        if (!answer.isHit && this.#shouldBeStored(name)) this.#misses.add(where);
      }
    return { stale, overRefreshed: [...this.#misses] };
  }

  async inspect(): Promise<Finding> {
    await this.readTruth();
    const changed = [...this.#addresses.keys()].filter((name) => this.#hasChanged(name));
    return { changed, ...(await this.visit()) };
  }

  statusOf(name: string): number | undefined {
    return this.#truth.get(name)?.status;
  }

  #hasChanged(name: string): boolean {
    return !isSame(this.#before.get(name), this.#truth.get(name));
  }

  /** An answer that is an error is not kept. */
  #shouldBeStored(name: string): boolean {
    return !this.#hasChanged(name) && this.#truth.get(name)?.status === 200;
  }
}
