/**
 * What the admin panel asks Strapi, and what it is told: the admin routes of the plugin, below `/freshtag`.
 * Types and names only: both halves of the plugin read it.
 */

/** Rights that an administrator gives to roles. `refresh` is given for content types one by one. */
export const RIGHTS = {
  /** See the state of entries that one may read, and their history. */
  read: 'plugin::freshtag.read',
  /** Refresh entries of the types that it was given for. */
  refresh: 'plugin::freshtag.refresh',
  /** Refresh any tag, try again, give up. */
  refreshTags: 'plugin::freshtag.refresh-tags',
  refreshAll: 'plugin::freshtag.refresh-all',
  /** See the settings and test the connection. */
  settings: 'plugin::freshtag.settings',
} as const;

/**
 * Where one refresh is on its way to visitors.
 * - `waiting`: the change is committed, and no call was accepted yet.
 * - `quota`: it waits because the quota of today is used up.
 * - `retrying`: a call failed, and is made again by itself.
 * - `failed`: it was given up until a person mends something and tries again.
 * - `accepted`: the cloud has taken the call; its task is under way, or the second pass is to come.
 * - `complete`: the cloud reported that every task ended.
 * - `settled`: the cloud reports nothing, and the settling time is over; or a build hook has taken it.
 * - `live`: the edge was seen to serve the new content.
 * - `stale`: all is complete, and the edge was seen to serve old content.
 * - `discarded`: a person gave it up.
 */
export const REFRESH_STATES = [
  'waiting',
  'quota',
  'retrying',
  'failed',
  'accepted',
  'complete',
  'settled',
  'live',
  'stale',
  'discarded',
] as const;
export type RefreshState = (typeof REFRESH_STATES)[number];

/** Why something waits or failed, for a person: what happened, why, what to do. In English. */
export interface ApiProblem {
  /** A permanent error code of freshtag. The panel explains the frequent ones in the reader's language. */
  readonly code: string;
  readonly message: string;
}

export interface EntryReference {
  readonly uid: string;
  readonly documentId: string;
  /** Left out: all of its locales. */
  readonly locale?: string | undefined;
}

/** An entry that the reader may see; with a locale, spelled as Strapi has it, where it is that one alone. */
export interface NamedEntry extends EntryReference {
  /** Its main field, or the id. */
  readonly title: string;
  /** Display name of its type. */
  readonly typeName: string;
  /** Which edit view the content manager has for it: that of a collection type or of a single type. */
  readonly editView: 'collection' | 'single' | 'none';
}

export interface Actor {
  readonly kind: 'editor' | 'user' | 'token' | 'public' | 'system';
  readonly id?: string | undefined;
  /** First name and last name, or the name of a token; left out where the account is gone. */
  readonly name?: string | undefined;
}

/** How far one change is, for one target. */
export interface TargetState {
  readonly target: string;
  readonly kind: 'dynamic' | 'rebuilt';
  readonly state: RefreshState;
  /** Since when, in milliseconds since 1970. */
  readonly sinceMs: number;
  readonly problem?: ApiProblem | undefined;
}

/** Reasons of changes that take their entry from visitors. */
export const REMOVALS: ReadonlySet<string> = new Set(['unpublish', 'delete', 'query.delete']);

/**
 * Whether `live` can be reached: where one of the entry's own pages can be looked at. `no-urls`: it has none
 * there. `no-verify`: its pages are at domains where nobody can look.
 */
export type Probing = 'on' | 'no-urls' | 'no-verify';

/** How far the newest change of an entry is, for one target. */
export interface EntryTarget extends TargetState {
  readonly probing: Probing;
  /** Whether somebody looks now what visitors get there, and `state` will say what was seen. */
  readonly isLookedAt: boolean;
}

/** `GET /freshtag/entries/:uid/:documentId?locale=` */
export interface EntryStatus {
  /**
   * - `untagged`: the type is left out of the configuration.
   * - `no-targets`: none are configured, so nothing is refreshed.
   * - `draft`: visitors see nothing of it, and nothing that they saw is still to be refreshed.
   * - `known`: see `state`.
   * - `unchanged`: published, and no change of it is in the history.
   */
  readonly kind: 'untagged' | 'no-targets' | 'draft' | 'known' | 'unchanged';
  /** The worst of its targets: of the newest change. */
  readonly state?: RefreshState | undefined;
  readonly sinceMs?: number | undefined;
  readonly problem?: ApiProblem | undefined;
  /** For `quota`: when its next day begins, as far as known. */
  readonly resumesAtMs?: number | undefined;
  /** Whether the newest change took it from visitors: a probe then saw that it is gone. */
  readonly isGone: boolean;
  readonly targets: readonly EntryTarget[];
  /** That answers with this entry carry. */
  readonly tags: readonly string[];
  readonly urls: readonly string[];
  /** At any target. */
  readonly probing: Probing;
  /** The newest five. */
  readonly changes: readonly Change[];
  readonly mayRefresh: boolean;
}

/** One change and what came of it: what was appended to the outbox together. */
export interface Change {
  /** For `GET /freshtag/history/:id`. */
  readonly id: string;
  /** Left out if it was no entry. */
  readonly entry?: NamedEntry | undefined;
  readonly actor: Actor;
  /** `publish`, `update`, `delete` … or what a caller gave. */
  readonly reason: string;
  /** Not more than 20 of them; those of entries that the reader may not see are left out. */
  readonly tags: readonly string[];
  readonly tagTotal: number;
  readonly targets: readonly string[];
  readonly state: RefreshState;
  readonly problem?: ApiProblem | undefined;
  readonly committedAtMs: number;
  readonly acceptedAtMs?: number | undefined;
  readonly completeAtMs?: number | undefined;
  readonly verifiedAtMs?: number | undefined;
}

/** `GET /freshtag/history/:id`; also answers `POST /freshtag/history/:id/retry` and `…/discard`. */
export interface ChangeDetail extends Change {
  readonly targetStates: readonly TargetState[];
  /** Oldest first. */
  readonly calls: readonly ChangeCall[];
  /** Not more than 200 of them. */
  readonly rows: readonly {
    readonly tag: string;
    readonly domain: string;
    readonly state: RefreshState;
  }[];
  readonly rowTotal: number;
  readonly mayRetry: boolean;
  readonly mayDiscard: boolean;
}

export interface ChangeCall {
  /** Domain, or the name of a rebuilt target. */
  readonly domain: string;
  /** 1 is the first. */
  readonly pass: number;
  readonly atMs: number;
  readonly requestId: string;
  readonly taskIds: readonly string[];
  readonly ending?: 'complete' | 'settled' | 'failed' | 'unfinished' | undefined;
}

/** Query of `GET /freshtag/history` and `GET /freshtag/history.csv`; all that are given must hold. */
export interface HistoryFilter {
  readonly uid?: string;
  readonly documentId?: string;
  readonly tag?: string;
  /** `editor:1`, `token:3`, `system` … */
  readonly actor?: string;
  readonly state?: RefreshState;
  readonly sinceMs?: number;
  readonly untilMs?: number;
}

/** `GET /freshtag/history?…&cursor=&limit=`: newest first. */
export interface HistoryPage {
  readonly changes: readonly Change[];
  /** For the next page; left out on the last. */
  readonly cursor?: string | undefined;
}

/**
 * `GET /freshtag/entries?search=&uid=`: entries that the reader may see, for a choice. Of one type if `uid`
 * is given; else also those that are gone, by their whole id, for their history.
 */
export interface EntrySearch {
  readonly entries: readonly NamedEntry[];
}

/** `GET /freshtag/actors`: who is in the history, for a choice. */
export interface ActorSearch {
  readonly actors: readonly (Actor & { readonly key: string })[];
}

/** No more changes or entries than these are counted: then there may be more. */
export const MOST_COUNTED = 100;

/** `GET /freshtag/summary`: for the widget on the home page. */
export interface Summary {
  /**
   * The worst of what is so.
   * - `fresh`: nothing waits, and nothing was found stale.
   * - `stale`: see the field of this name.
   * - `behind`: something waits.
   * - `stuck`: something failed.
   * - `idle`: there are no targets.
   */
  readonly state: 'fresh' | 'stale' | 'behind' | 'stuck' | 'idle';
  /** Age of the oldest change that waits, in milliseconds. */
  readonly oldestAgeMs: number;
  /**
   * Changes of which something is not accepted yet, or is tried again: {@link MOST_COUNTED} stands for so
   * many or more.
   */
  readonly waiting: number;
  /** Changes of which something waits for a person, counted in the same way. */
  readonly failed: number;
  /**
   * Changes of the last 24 hours of which the edge was seen to serve old content, and not since then to
   * serve the new; counted in the same way, among the newest at which somebody looked.
   */
  readonly stale: number;
  readonly problem?: ApiProblem | undefined;
  /** Calls that were accepted since midnight of the quota's day. */
  readonly callsToday: number;
  /** As the cloud said it lately; left out where it is not known. */
  readonly quota?: { readonly remaining: number; readonly total: number } | undefined;
  /** The last 24, oldest first; empty ones too. */
  readonly hours: readonly SummaryHour[];
}

export interface SummaryHour {
  readonly startMs: number;
  readonly calls: number;
  /** Of these calls: that failed, or whose end is not known. */
  readonly failures: number;
}

/** Body of `POST /freshtag/preview` and of `POST /freshtag/refresh`. */
export type RefreshRequest =
  | EntriesRequest
  | { readonly tags: readonly string[] }
  /** `confirm`: the name of the environment, typed. Not needed for a preview. */
  | { readonly all: true; readonly confirm?: string | undefined };

/** Entries of one type: at most 10,000. */
export interface EntriesRequest {
  readonly uid: string;
  readonly documentIds: readonly string[];
  /** Left out: all of their locales. */
  readonly locale?: string | undefined;
}

/** What `POST /freshtag/refresh` would do, or has begun to do. */
export interface RefreshPreview {
  /** Entries that will be refreshed; 0 where tags or all were asked for. */
  readonly entries: number;
  /** Entries that the reader has no right to refresh, or whose type has no tags: they are left out. */
  readonly refused: number;
  readonly tags: number;
  /** At the fewest, with both passes, over all domains. */
  readonly calls: number;
  /** Name of the environment: what is to be typed for `all`. */
  readonly environment: string;
  readonly targets: readonly string[];
}

/** `GET /freshtag/tags?search=`: a tag, or a URL. */
export interface TagSearch {
  readonly tags: readonly FoundTag[];
  /** Where a URL was given: what its origin answered, or why it was not asked. */
  readonly page?:
    | {
        readonly url: string;
        readonly status?: number | undefined;
        readonly problem?: ApiProblem | undefined;
      }
    | undefined;
}

export interface FoundTag {
  readonly tag: string;
  /**
   * - `entry`, `locale`: answers that show an entry, or one locale of it. - `list`: lists of a type.
   * - `overflow`: all answers that show an entry of a type. - `page`: a page or a file by its path.
   * - `other`: not made by this plugin.
   */
  readonly kind: 'entry' | 'locale' | 'list' | 'overflow' | 'page' | 'other';
  /** Display name, if it is a type's. */
  readonly typeName?: string | undefined;
  /** Those that the reader may see: at most 20. */
  readonly entries: readonly NamedEntry[];
  /**
   * How many entries carry it, those that the reader may not see left out; of a whole type,
   * {@link MOST_COUNTED} stands for so many or more. Left out: of so many tags at once
   * it was not looked up; a search for the tag alone tells.
   */
  readonly entryTotal?: number | undefined;
}

/** `GET /freshtag/settings` */
export interface SettingsView {
  readonly version: string;
  readonly environment: string;
  readonly targets: readonly TargetView[];
  readonly types: readonly TypeView[];
  readonly headers: readonly SettingView[];
  readonly relay: readonly SettingView[];
  /** Where the access key comes from, in words; never the key. Left out if none was found. */
  readonly credentials?: { readonly source: string; readonly accessKeyId: string } | undefined;
  readonly credentialsProblem?: ApiProblem | undefined;
  /** The RAM policy with the least that is needed, as JSON to paste. */
  readonly policy: string;
}

export interface SettingView {
  /** Its path in the configuration: `relay.windowMs`. */
  readonly path: string;
  readonly value: string;
  readonly from: 'default' | 'config' | 'environment';
}

export interface TargetView {
  readonly name: string;
  readonly kind: 'dynamic' | 'rebuilt';
  readonly domains: readonly string[];
  readonly after: readonly string[];
  /** Host of the build hook; its path may be a secret. */
  readonly hookHost?: string | undefined;
  readonly canVerify: boolean;
}

export interface TypeView {
  readonly uid: string;
  readonly typeName: string;
  /** Left out if the type has no tags. */
  readonly tagName?: string | undefined;
  readonly hasLocales: boolean;
  /** The template, or that it is a function. Left out: the default. */
  readonly tag?: string | undefined;
  readonly hasMoreTags: boolean;
  readonly related: readonly string[];
  /** Templates of the entry's own pages. */
  readonly urls: readonly string[];
  readonly queryWrites: boolean;
}

/** `GET /freshtag/settings/preview?uid=&documentId=`: one entry, as the mapping sees it. */
export interface MappingPreview {
  readonly entry: NamedEntry;
  readonly locales: readonly {
    readonly locale?: string | undefined;
    readonly carries: readonly string[];
    readonly refreshes: readonly string[];
    readonly urls: readonly string[];
  }[];
}

/** In this order, each by itself: `POST /freshtag/settings/test/:step` with a target. */
export const CONNECTION_STEPS = [
  'credentials',
  'clock',
  'signature',
  'permission',
  'domain',
  'origin-header',
  'edge-header',
  'probe',
] as const;
export type ConnectionStep = (typeof CONNECTION_STEPS)[number];

export interface StepResult {
  readonly step: ConnectionStep;
  /** `unknown`: it could not be tried; the message says why. */
  readonly result: 'passed' | 'failed' | 'unknown';
  readonly problem?: ApiProblem | undefined;
  /** What was seen, such as a time or a header: never a secret. */
  readonly seen?: string | undefined;
}
