// Editors who change content over HTTP, each at one instance and each their own documents.
import { setTimeout as sleep } from 'node:timers/promises';

import { createRandom, type Random } from '../walk/random.ts';
import type { Api } from './api.ts';

const COUNTRY = '/content-manager/collection-types/api::country.country';

/** What one editor alone changes, and where. */
export interface Owned {
  readonly api: Api;
  readonly countries: readonly string[];
  readonly language: string;
  readonly region: string;
}

/** What became of one request. */
export interface Sent {
  /** What only this change has written. */
  readonly mark: string | undefined;
  readonly what: string;
  /** `undefined`: the connection died, and nobody knows. */
  readonly status: number | undefined;
}

interface Action {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  readonly mark?: string;
}

export class Editor {
  readonly name: string;
  /** Since the last `forget`. */
  sent: Sent[] = [];
  /** Countries that it has made and perhaps removed again. */
  readonly made: string[] = [];
  readonly #owned: Owned;
  readonly #regions: readonly string[];
  readonly #random: Random;
  #extra: string | undefined;
  #number = 0;
  #isGoing = false;
  #work: Promise<void> = Promise.resolve();

  constructor(
    name: string,
    {
      owned,
      regions,
      seed,
    }: {
      readonly owned: Owned;
      readonly regions: readonly string[];
      readonly seed: number;
    },
  ) {
    this.name = name;
    this.#owned = owned;
    this.#regions = regions;
    this.#random = createRandom(seed);
  }

  go(): void {
    this.#isGoing = true;
    this.#work = this.#edit();
  }

  /** Resolves when its last request has ended. */
  async pause(): Promise<void> {
    this.#isGoing = false;
    await this.#work;
  }

  async #edit(): Promise<void> {
    while (this.#isGoing) {
      await this.#send(this.#choose());
      await sleep(10 + this.#random.below(60));
    }
  }

  async #send({ body, mark, method, path }: Action): Promise<void> {
    const answer = await this.#owned.api.send(method, path, body);
    // It is not there yet; what was not sent has changed nothing.
    if (answer === 'not-sent') return;
    this.sent.push({ mark, what: `${method} ${path}`, status: answer?.status });
    const isCreate = method === 'POST' && path === '/api/countries';
    if (isCreate && answer?.status === 201) {
      this.#extra = answer.body.data.documentId;
      this.made.push(answer.body.data.documentId);
    }
    if (method === 'DELETE') this.#extra = undefined;
  }

  #choose(): Action {
    this.#number += 1;
    const random = this.#random;
    const mark = `${this.name}-${this.#number}`;
    const { countries, language, region } = this.#owned;
    const country = `/api/countries/${random.pick(countries)}`;
    const managed = `${COUNTRY}/${random.pick(countries)}/actions`;
    const put = (path: string, data: object): Action => ({
      method: 'PUT',
      path,
      body: { data },
      mark,
    });
    const locale = random.pick(['en', 'de']);
    const choices: readonly (() => Action)[] = [
      () => put(`${country}?locale=${locale}`, { name: mark }),
      () => put(`${country}?locale=${locale}`, { name: mark }),
      // A field that all locales share.
      () => put(country, { code: mark }),
      () => put(country, { name: mark, region: random.pick(this.#regions) }),
      () => put(`/api/languages/${language}`, { name: mark }),
      () => put(`/api/regions/${region}`, { name: mark }),
      () => ({
        method: 'POST',
        path: `${managed}/publish?locale=en`,
        body: { name: mark },
        mark,
      }),
      () => ({ method: 'POST', path: `${managed}/unpublish?locale=${locale}`, body: {} }),
      () => ({
        method: 'POST',
        path: `${COUNTRY}/actions/bulkPublish?locale=en`,
        body: { documentIds: countries },
      }),
      () =>
        this.#extra === undefined
          ? { ...put('/api/countries', { name: mark, code: mark }), method: 'POST' }
          : { method: 'DELETE', path: `/api/countries/${this.#extra}` },
    ];
    const choice = random.pick(choices);
    if (choice === undefined) throw new Error('there is nothing to do');
    return choice();
  }
}
