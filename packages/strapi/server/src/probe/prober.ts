import type { Clock } from '@freshtag/core';
import type { ProbePlace, UnprobedRow } from '@freshtag/core/relay';
import type { PageVerdict } from '@freshtag/core/verify';

import { reasonOf } from '../changes/watched-type.ts';
import type { Instance } from '../instance.ts';
import type { Stage } from '../outbox/stages.ts';
import { domainOf, lookAt, problemOf, type VerifyTargets } from './look.ts';
import { pagesOf, type DocumentPages, type Page } from './pages.ts';
import { readScopes, type Scope } from './scopes.ts';

export interface ProberOptions {
  readonly instance: Instance;
  /** Of whose rows it is looked. */
  readonly stages: readonly Stage[];
  readonly targets: VerifyTargets;
  /** Types whose entries have URLs. */
  readonly uids: readonly string[];
  readonly clock: Clock;
  /** How often the stores are asked for rows, in milliseconds. */
  readonly lookMs: number;
}

/** Looks whether the edge serves what was refreshed, and notes what it saw. */
export interface Prober {
  readonly start: () => void;
  /** Breaks off what is under way. */
  readonly stop: () => Promise<void>;
}

/** When it is looked again after each time that the edge was not fresh: two minutes in all. */
const RETRY_DELAYS_MS = [2000, 4000, 8000, 16_000, 32_000, 64_000] as const;
/** What ended before is left as it is. */
export const MAX_AGE_MS = 3_600_000;
/** Most documents in one round, and about how many wait for theirs. */
const ROUND = 50;
const MOST_WAITING = 2000;
const LONGEST_PAUSE_MS = 30_000;
const STOP_MS = 10_000;

/** A document with rows that ended and are not probed. */
interface Waiting {
  readonly uid: string;
  readonly documentId: string;
  readonly rows: readonly WaitingRow[];
  readonly attempts: number;
  readonly dueMs: number;
}

interface WaitingRow extends UnprobedRow {
  readonly store: Stage['store'];
}

/** What came of looking, for some rows. */
interface Finding {
  readonly rows: readonly WaitingRow[];
  /** Without one, they are verified. */
  readonly problem: string | undefined;
}

/**
 * One loop, so that what is asked at the same time is bounded however much was refreshed. What it has
 * not noted when it ends is found again by the next one: in the tables, not here, is what was probed.
 */
export function createProber(options: ProberOptions): Prober {
  const { instance, clock, lookMs } = options;
  const { log } = instance.strapi;
  const stopping = new AbortController();
  const { signal } = stopping;
  const work = createWork(options, signal);
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    let failures = 0;
    while (!signal.aborted) {
      let isBusy = false;
      try {
        await work.findRows();
        isBusy = await work.probeDue();
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === 1 && !signal.aborted)
          log.warn(
            `freshtag cannot look whether the edge is fresh, and will try again: ${reasonOf(error)}`,
          );
      }
      const pauseMs = Math.min(lookMs * 2 ** Math.min(failures, 6), LONGEST_PAUSE_MS);
      if (!isBusy) await clock.sleep(pauseMs, signal).catch(() => {});
    }
  };
  return {
    start: () => {
      running ??= run();
    },
    stop: async () => {
      stopping.abort();
      // A statement can take longer than anybody wants to wait.
      const over = new AbortController();
      await Promise.race([running, clock.sleep(STOP_MS, over.signal).catch(() => {})]);
      over.abort();
    },
  };
}

interface Work {
  readonly findRows: () => Promise<void>;
  /** @returns whether there was anything to do */
  readonly probeDue: () => Promise<boolean>;
}

function createWork(
  { instance, stages, targets, uids, clock }: ProberOptions,
  signal: AbortSignal,
): Work {
  const waiting = new Map<string, Waiting>();
  const places = new Map<Stage, ProbePlace>();
  const subjects = uids.map((uid) => `${uid}:`);
  const wait = (row: WaitingRow): void => {
    const { subject } = row;
    const end = subject.lastIndexOf(':');
    const [uid, documentId] = [subject.slice(0, end), subject.slice(end + 1)];
    if (documentId === '' || !targets.has(row.domain)) return;
    const rows = [...(waiting.get(subject)?.rows ?? []), row];
    // It has changed again, so it may be fresh now.
    waiting.set(subject, { uid, documentId, rows, attempts: 0, dueMs: clock.now() });
  };
  const findRows = async (): Promise<void> => {
    for (const stage of stages) {
      const { store } = stage;
      while (waiting.size < MOST_WAITING) {
        const after = places.get(stage);
        const { rows, next } = await store.unprobed({ subjects, maxAgeMs: MAX_AGE_MS, after });
        if (next === undefined || next === after) break;
        places.set(stage, next);
        for (const row of rows) wait({ ...row, store });
      }
    }
  };
  const probeDue = async (): Promise<boolean> => {
    const nowMs = clock.now();
    const due = [...waiting].filter(([, { dueMs }]) => dueMs <= nowMs).slice(0, ROUND);
    if (due.length === 0) return false;
    const documents = due.map(([, document]) => document);
    const pages = await pagesOf(instance, documents.map(withTags));
    const urls = new Set(pages.flatMap((ofDocument) => ofDocument.pages.map(({ url }) => url)));
    const verdicts = await lookAt([...urls], { targets, clock, signal });
    const judged: Judged[] = [];
    for (const [index, document] of documents.entries()) {
      const own = pages[index] ?? NO_PAGES;
      judged.push(judge(document, own, { verdicts, scopes: await scopesOf(document, own) }));
    }
    await note(judged.flatMap(({ findings }) => findings));
    for (const [index, [subject, document]] of due.entries()) {
      const { again = [] } = judged[index] ?? {};
      const { attempts } = document;
      const dueMs = nowMs + (RETRY_DELAYS_MS[attempts] ?? 0);
      if (again.length === 0) waiting.delete(subject);
      else waiting.set(subject, { ...document, rows: again, attempts: attempts + 1, dueMs });
    }
    return true;
  };
  return { findRows, probeDue };
}

function withTags({ uid, documentId, rows }: Waiting): Parameters<typeof pagesOf>[1][number] {
  return { uid, documentId, tags: new Set(rows.map(({ tag }) => tag)) };
}

/** What is to be noted of a document, and for which rows it is looked again. */
interface Judged {
  readonly findings: readonly Finding[];
  readonly again: readonly WaitingRow[];
}

const NO_PAGES: DocumentPages = {
  pages: [],
  localeTags: new Set(),
  ownTags: new Set(),
  isBlurred: false,
};

const OVERTAKEN =
  'The entry was changed again before the edge was seen to serve this. Whether it serves the newest, the later change says.';

async function scopesOf(
  { uid, documentId, rows }: Waiting,
  own: DocumentPages,
): Promise<ReadonlyMap<number, Scope>> {
  const scopes: (readonly [number, Scope])[] = [];
  for (const store of new Set(rows.map((row) => row.store)))
    scopes.push(...(await readScopes(store, `${uid}:${documentId}`, own)));
  return new Map(scopes);
}

/**
 * Each row by those pages that are at its domain, in its locale or in those that its change was about, and
 * that no later change was about; where there is none, nothing can be said of it.
 */
function judge(
  { rows, attempts }: Waiting,
  { pages, problem }: DocumentPages,
  {
    verdicts,
    scopes,
  }: Readonly<{
    verdicts: ReadonlyMap<string, PageVerdict>;
    scopes: ReadonlyMap<number, Scope>;
  }>,
): Judged {
  if (problem !== undefined) return { findings: [{ rows, problem }], again: [] };
  const findings: Finding[] = [];
  const again: WaitingRow[] = [];
  for (const row of rows) {
    const scope = scopes.get(row.id);
    const shown = scope === undefined ? [] : shownOf(row, pages, scope);
    if (scope === undefined || shown.length === 0) continue;
    const urls = shown.flatMap(({ tag, url }) => (scope.isOvertaken(tag) ? [] : url));
    const isOvertaken = urls.length === 0;
    const found = isOvertaken ? OVERTAKEN : problemOf([...new Set(urls)], verdicts);
    const isLast = isOvertaken || attempts >= RETRY_DELAYS_MS.length;
    if (found === undefined || isLast) findings.push({ rows: [row], problem: found });
    else again.push(row);
  }
  return { findings, again };
}

function shownOf(
  { tag, domain }: WaitingRow,
  pages: readonly Page[],
  { locales }: Scope,
): readonly Page[] {
  const isShown = (page: Page): boolean =>
    locales.has(tag) ? page.tag === tag : locales.size === 0 || locales.has(page.tag);
  return pages.filter((page) => isShown(page) && domainOf(page.url) === domain);
}

/** Few statements, however many rows there are. */
async function note(findings: readonly Finding[]): Promise<void> {
  const byStore = new Map<Stage['store'], Map<string | undefined, number[]>>();
  for (const { rows, problem } of findings)
    for (const { store, id } of rows) {
      const ofStore = byStore.get(store) ?? new Map<string | undefined, number[]>();
      const ids = ofStore.get(problem) ?? [];
      byStore.set(store, ofStore);
      ofStore.set(problem, ids);
      ids.push(id);
    }
  for (const [store, ofStore] of byStore)
    for (const [problem, ids] of ofStore) await store.noteProbe(ids, problem);
}
