import { askAll, isSame, type Answer, type Server } from './visitor.ts';

/** What the checks after one deploy found. */
export interface Finding {
  /** Pages whose answer at the origin is another than when the edge was last seen fresh. */
  readonly changed: number;
  /** Answers of a point of presence that differ from the origin’s. */
  readonly stale: readonly string[];
  /** Pages that did not change and had to be fetched anew all the same. */
  readonly overRefreshed: readonly string[];
}

/**
 * Remembers what the edge served when it was last seen fresh, and what visitors met since then.
 */
export class Auditor {
  readonly #origin: Server;
  readonly #points: readonly Server[];
  readonly #paths = new Set<string>();
  #served = new Map<string, Answer>();
  #current = new Map<string, Answer>();
  #misses = new Set<string>();

  constructor(origin: Server, points: readonly Server[]) {
    this.#origin = origin;
    this.#points = points;
  }

  /** Pages to look at from now on; those of earlier builds stay. */
  watch(paths: Iterable<string>): void {
    for (const path of paths) this.#paths.add(path);
  }

  /** Notes what the origin serves now, as the truth. */
  async readOrigin(): Promise<void> {
    this.#current = await askAll(this.#origin, this.#paths);
  }

  /** Fetches everything at both points of presence, so that it is stored. */
  async warmUp(): Promise<void> {
    for (const point of this.#points) await askAll(point, this.#paths);
    this.#served = this.#current;
  }

  /** Some visitors, each at every point of presence. */
  async visit(paths: readonly string[]): Promise<void> {
    for (const [index, point] of this.#points.entries()) {
      this.#noteMisses(index, await askAll(point, paths));
    }
  }

  changedPaths(): string[] {
    return [...this.#paths].filter(
      (path) => !isSame(this.#served.get(path), this.#current.get(path)),
    );
  }

  unchangedPaths(): string[] {
    return [...this.#paths].filter(
      (path) =>
        isSame(this.#served.get(path), this.#current.get(path)) &&
        this.#current.get(path)?.status === 200,
    );
  }

  /**
   * Fetches everything at both points of presence and compares it with the origin’s own bytes.
   *
   * @param settles whether what the edge serves now is what later deploys are compared with
   */
  async inspect({ settles }: { readonly settles: boolean }): Promise<Finding> {
    await this.readOrigin();
    const stale: string[] = [];
    for (const [index, point] of this.#points.entries()) {
      const answers = await askAll(point, this.#paths);
      this.#noteMisses(index, answers);
      for (const [path, answer] of answers) {
        if (!isSame(answer, this.#current.get(path))) stale.push(`${path} at point ${index + 1}`);
      }
    }
    const finding = {
      changed: this.changedPaths().length,
      stale,
      overRefreshed: [...this.#misses],
    };
    if (settles) this.#served = this.#current;
    this.#misses = new Set();
    return finding;
  }

  #noteMisses(point: number, answers: ReadonlyMap<string, Answer>): void {
    const unchanged = new Set(this.unchangedPaths());
    for (const [path, { cache }] of answers) {
      if (cache !== 'HIT' && unchanged.has(path)) this.#misses.add(`${path} at point ${point + 1}`);
    }
  }
}
