import type { HeaderBudget } from '@freshtag/core';
import type { RelayOptions } from '@freshtag/core/relay';
import type { VerifyOptions } from '@freshtag/core/verify';

/**
 * What may be under `freshtag.config` in `config/plugins`. All of it is optional: without any, answers
 * carry their tags, and nothing is refreshed. No secret belongs here: the access key comes from the
 * environment (`ALIBABA_CLOUD_ACCESS_KEY_ID` …), or from the function `relay.credentials`.
 */
export interface FreshtagConfig {
  /**
   * Which of several installations on one content this is. What is to be refreshed is kept by
   * environment, so that an import of another one's database refreshes nothing here. Default `production`.
   */
  readonly environment?: string | undefined;
  /** What visitors ask, by a name of your choice. Default: none. */
  readonly targets?: Readonly<Record<string, Target>> | undefined;
  /**
   * What deviates from the default, by uid of a content type. By default, all types of the project, the
   * media library, and types of plugins that editors see have tags; accounts and roles have none.
   */
  readonly types?: Readonly<Record<string, TypeOption>> | undefined;
  readonly headers?: HeaderOptions | undefined;
  /**
   * How what is to be refreshed is carried to the cloud, as `createRelay` of `@freshtag/core/relay` takes
   * it; `false` leaves that to another instance on the same database.
   */
  readonly relay?: false | RelaySettings | undefined;
}

export type Target = DynamicTarget | RebuiltTarget;

interface TargetOrder {
  /** Targets that are to be fresh before, by name: the edge before the content API before a site's. */
  readonly after?: string | readonly string[] | undefined;
}

/** What the edge serves is made from Strapi when it is asked for: its tags are refreshed at once. */
export interface DynamicTarget extends TargetOrder {
  readonly kind: 'dynamic';
  /** The accelerated domain that visitors use. This or `domains`. */
  readonly domain?: string | undefined;
  readonly domains?: readonly string[] | undefined;
  /**
   * Where it can be looked whether a refresh has reached the edge: at the pages that `types.….urls` names.
   * Default: nobody looks, and what is refreshed is complete, never verified.
   */
  readonly verify?: VerifyTarget | undefined;
}

/** Two places to ask for the same page. */
export interface VerifyTarget {
  /** The origin's own address, past the edge: scheme, host and port. */
  readonly origin: string;
  /** Where the edge is asked; several are points of presence, each looked at. Default `https://DOMAIN`. */
  readonly edge?: VerifyOptions['edge'];
}

/** A site that is built: its build hook is called, and its own build plugin refreshes after the deploy. */
export interface RebuiltTarget extends TargetOrder {
  readonly kind: 'rebuilt';
  readonly hook: {
    /** `http` or `https`. It may be a secret: give it from the environment. */
    readonly url: string;
    /** Default `POST`. */
    readonly method?: 'GET' | 'POST' | 'PUT' | undefined;
    readonly headers?: Readonly<Record<string, string>> | undefined;
  };
  /** How long changes gather before one call, in milliseconds. Default 60,000. */
  readonly debounceMs?: number | undefined;
}

/** `false`: neither tagged nor refreshed. */
export type TypeOption = false | TypeMapping;

export interface TypeMapping {
  /** First part of the type's tags. Default: its singular name, with the plugin's before it if it has one. */
  readonly name?: string | undefined;
  /**
   * The tag of an entry: a template with `{type}`, `{documentId}` and `{locale}`, or a function. It must
   * begin with the type's name and a colon. Where an entry has no locale, or it is not known,
   * `{locale}` is `all`. Default `{type}:{documentId}`, and `{type}:{documentId}:{locale}` for a type
   * with locales.
   */
  readonly tag?: string | ((entry: TaggedEntry) => string) | undefined;
  /**
   * More tags that a change of an entry refreshes, for pages that name tags of their own. Called for the
   * entry as it was and as it is, with its fields.
   */
  readonly tags?: ((entry: Readonly<Record<string, unknown>>) => readonly string[]) | undefined;
  /**
   * Types, by uid, whose answers show something of this one's entries that is not seen from outside,
   * such as a sum: a change of this type refreshes all of theirs.
   */
  readonly related?: readonly string[] | undefined;
  /** The entry's own pages, at domains of dynamic targets: what is looked at after a refresh. Default: none. */
  readonly urls?: UrlsOption | undefined;
  /** Refresh also what is written with `strapi.db.query`, past the document service. Default `false`. */
  readonly queryWrites?: boolean | undefined;
}

/**
 * URLs with `{documentId}`, `{locale}` and the entry's own fields in them, such as
 * `https://www.example.com/{locale}/articles/{slug}`; what is put there is URL-encoded, and where a field
 * is empty there is no such page. Or a function of the published entry, with its own fields.
 */
export type UrlsOption =
  | string
  | readonly string[]
  | ((
      entry: Readonly<Record<string, unknown>>,
      locale: string | undefined,
    ) => string | readonly string[]);

/** What is known of an entry wherever it is shown. */
export interface TaggedEntry {
  /** The first part of the type's tags. */
  readonly type: string;
  readonly uid: string;
  readonly documentId: string;
  /** `undefined` for a type without locales, or where an answer does not tell. */
  readonly locale: string | undefined;
}

export interface HeaderOptions {
  /** Whether answers of the content API carry their tags. Default `true`. */
  readonly cacheTag?: boolean | undefined;
  /** Default `Cache-Tag`. */
  readonly headerName?: string | undefined;
  readonly budget?: HeaderBudget | undefined;
  /**
   * `Cache-Control` of what anybody may see: of a successful `GET` without credentials that has tags and
   * is no draft. Default: Strapi's own, which sends none.
   */
  readonly cacheControl?: string | undefined;
  /** The same for `CDN-Cache-Control`. */
  readonly cdnCacheControl?: string | undefined;
}

/** A key may come from a function, never stand here: Strapi shows its configuration to every plugin. */
export interface RelaySettings extends Omit<RelayOptions, 'store' | 'credentials'> {
  readonly credentials?: Extract<RelayOptions['credentials'], () => unknown>;
}

/** What Strapi hands out: the defaults are in it. */
export interface ResolvedConfig extends FreshtagConfig {
  readonly environment: string;
  readonly targets: Readonly<Record<string, Target>>;
  readonly types: Readonly<Record<string, TypeOption>>;
  readonly headers: HeaderOptions & { readonly cacheTag: boolean; readonly headerName: string };
  readonly relay: false | RelaySettings;
}

/** Strapi unites it with the project's by index where there are lists: so there are none. */
export const DEFAULT_CONFIG: ResolvedConfig = {
  environment: 'production',
  targets: {},
  types: {},
  headers: { cacheTag: true, headerName: 'Cache-Tag' },
  relay: {},
};
