/** Permanent names of everything that can go wrong. A code never changes its meaning and is never reused. */
export type ErrorCode =
  | 'INVALID_OPTION'
  | 'INVALID_TAG'
  | 'NO_CREDENTIALS'
  | 'ENDPOINT_UNREACHABLE'
  | 'API_UNREADABLE'
  | 'API_REFUSED'
  | 'THROTTLED'
  | 'QUEUE_FULL'
  | 'CLOUD_BUSY'
  | 'NONCE_USED'
  | 'CIRCUIT_OPEN'
  | 'QUOTA_EXCEEDED'
  | 'BATCH_TOO_LARGE'
  | 'PARAMETER_REFUSED'
  | 'KEY_REFUSED'
  | 'SIGNATURE_REFUSED'
  | 'CLOCK_SKEWED'
  | 'FORBIDDEN'
  | 'DOMAIN_REFUSED'
  | 'SERVICE_NOT_OPEN'
  | 'OUTPUT_UNREADABLE'
  | 'OUTPUT_CHANGING'
  | 'OUTPUT_NAME_UNUSABLE'
  | 'OUTPUT_SHRUNK'
  | 'NORMALIZER_FAILED'
  | 'FILE_UNUSABLE'
  | 'FILE_INACCESSIBLE'
  | 'PLAN_OUTDATED'
  | 'STATE_CONFLICT'
  | 'STATE_UNAVAILABLE'
  | 'STATE_REFUSED'
  | 'OUTBOX_NEWER'
  | 'OUTBOX_UNAVAILABLE'
  | 'OUTBOX_REFUSED'
  | 'ORIGIN_NOT_READY'
  | 'ORIGIN_WITHOUT_TAGS'
  | 'REFRESH_INCOMPLETE'
  | 'EDGE_STALE'
  | 'NOT_VERIFIED';

/** What a person who meets an error should know. */
interface ErrorEntry {
  /** What happened, and why. */
  readonly happened: string;
  /** What to do now. */
  readonly remedy: string;
}

/** What each code means. The page `docs/errors.md` is made from this table. */
export const ERROR_CODES: Readonly<Record<ErrorCode, ErrorEntry>> = {
  INVALID_OPTION: {
    happened: 'An option, a flag or a variable has a value that is not allowed. Nothing was sent.',
    remedy: 'The message names it, its value, and what is allowed.',
  },
  INVALID_TAG: {
    happened:
      'A tag that no `Cache-Tag` header could carry: empty, longer than 128 characters, or with a space, a comma or a character outside visible ASCII. Nothing was sent.',
    remedy:
      'Name tags with `entryTag`, `listTag` and `pageTag`, which encode what does not fit. For a page, the message names the page.',
  },
  NO_CREDENTIALS: {
    happened:
      'There is no access key to sign calls with, or it could not be fetched from where it comes. Nothing was sent.',
    remedy:
      'Set `ALIBABA_CLOUD_ACCESS_KEY_ID` and `ALIBABA_CLOUD_ACCESS_KEY_SECRET` (and `ALIBABA_CLOUD_SECURITY_TOKEN` for a temporary key), or see [Credentials](credentials.md). Build plugins never read profile files.',
  },
  ENDPOINT_UNREACHABLE: {
    happened:
      'The address of the API does not answer, or not in time. Whether the call took effect is unknown.',
    remedy:
      'Check the network, the proxy, and `endpoint` / `FRESHTAG_ENDPOINT`; run it again. A refresh twice does no harm.',
  },
  API_UNREADABLE: {
    happened:
      'The API answered with something that is not its documented form, such as a proxy’s HTML or half an answer.',
    remedy:
      'Look at the beginning of the answer, in the message; check the endpoint and any proxy.',
  },
  API_REFUSED: {
    happened: 'The API refused a call with a code that freshtag does not know.',
    remedy:
      'Look up `apiCode` in Alibaba Cloud’s DCDN documentation, or ask its support with the request id.',
  },
  THROTTLED: {
    happened:
      'More calls were made than the account may make at a time. A refresh was tried again, in vain.',
    remedy:
      'Run it again in a minute. If it happens often, lower `limits.maxCallsPerSecond` or ask Alibaba Cloud for a higher rate.',
  },
  QUEUE_FULL: {
    happened: 'The domain’s queue of refreshes is full. A refresh was tried again, in vain.',
    remedy: 'Run it again in some minutes.',
  },
  CLOUD_BUSY: {
    happened:
      'The cloud had a fault of its own, or the domain is just being configured. A refresh was tried again, in vain.',
    remedy: 'Run it again in some minutes.',
  },
  NONCE_USED: {
    happened:
      'The cloud has seen the number of this call before: something between here and the cloud sent it twice. It probably took effect.',
    remedy: 'Look for a proxy that repeats requests. A refresh twice does no harm.',
  },
  CIRCUIT_OPEN: {
    happened:
      'The last calls of the relay all failed, so it makes none for a while. What waits keeps waiting.',
    remedy:
      'Nothing, if it passes: the relay tries one call when the time is over. Look at the error before it in the events or the log.',
  },
  QUOTA_EXCEEDED: {
    happened: 'The account’s quota of refreshes for the day is used up.',
    remedy: 'Run it again tomorrow, or ask Alibaba Cloud for a higher quota.',
  },
  BATCH_TOO_LARGE: {
    happened: 'The cloud takes fewer tags in one call than were sent, down to a single one.',
    remedy: 'Lower `limits.maxTagsPerCall`.',
  },
  PARAMETER_REFUSED: {
    happened: 'The cloud refused a parameter: for a refresh, one of the tags.',
    remedy:
      'The receipt has the tag that was refused alone. Rename it, or remove it. For other calls, check their parameters, such as task ids.',
  },
  KEY_REFUSED: {
    happened:
      'The cloud does not know the access key, or it is disabled, or its session has ended.',
    remedy: 'Check the access key id, and renew the session token if it is a temporary key.',
  },
  SIGNATURE_REFUSED: {
    happened: 'The signature of the call is wrong.',
    remedy:
      'Check the access key secret: it belongs to another key, or lost a character on its way.',
  },
  CLOCK_SKEWED: {
    happened: 'This machine’s clock and the cloud’s differ by more than 15 minutes.',
    remedy: 'Set the clock.',
  },
  FORBIDDEN: {
    happened: 'The key’s user may not do this.',
    remedy:
      'Allow it the action that the message names, on resource `*`. Alibaba’s ready-made refresh policy lacks `dcdn:RefreshDcdnObjectCacheByCacheTag`; the whole policy is in [Getting started](getting-started.md).',
  },
  DOMAIN_REFUSED: {
    happened:
      'The domain is not accelerated under this account, is offline or protected, or is a wildcard.',
    remedy: 'Give a domain name that is accelerated by DCDN under this account, without wildcard.',
  },
  SERVICE_NOT_OPEN: {
    happened: 'DCDN is not activated for this account, or suspended, for example for a bill.',
    remedy: 'Look at the DCDN console.',
  },
  OUTPUT_UNREADABLE: {
    happened:
      'The folder of built pages is missing, unreadable, empty, or not a folder. An empty folder would remove every page, so nothing was planned.',
    remedy: 'Build first, or name the folder that the site is built into.',
  },
  OUTPUT_CHANGING: {
    happened:
      'A file in the folder of built pages changed or vanished while it was read, so a build is still writing it. Nothing was planned.',
    remedy: 'Plan when the build has ended, and never beside one that watches.',
  },
  OUTPUT_NAME_UNUSABLE: {
    happened:
      'A file or folder among the built pages has a name that is not UTF-8, or has control characters, so that its URL is not certain. Nothing was planned.',
    remedy: 'Rename it. The message names the folder, and the name as far as it can be shown.',
  },
  OUTPUT_SHRUNK: {
    happened:
      'The folder of built pages holds less than half of the pages that the edge may have, which is what a build that was cut off looks like. Nothing was planned.',
    remedy:
      'Look whether the build went through, and whether the folder, `base` and the environment are the right ones. If the site did become so much smaller, say so: `allowShrink: true`, or `--allow-shrink`.',
  },
  NORMALIZER_FAILED: {
    happened:
      'The function `normalize.page` threw an error, gave no text, or gave two results for the same page. Nothing was planned.',
    remedy:
      'Mend it. Its result must depend on the page and its path alone. The message names the page.',
  },
  FILE_UNUSABLE: {
    happened:
      'A file is damaged, of another kind, of a newer version, or of another domain or environment: one of freshtag’s own, or one with an access key. It was left as it is.',
    remedy:
      'Restore it from a backup, or mend it. An edge state may also be deleted: the next plan then drops every tagged page from the edge once.',
  },
  FILE_INACCESSIBLE: {
    happened: 'A file cannot be read or written, or there is no plan to apply.',
    remedy: 'Check the path and its permissions; run `freshtag plan` before `freshtag apply`.',
  },
  PLAN_OUTDATED: {
    happened:
      'The plan is not the one that the edge state was last told of: a newer build was planned, or the state was reset. Nothing was sent.',
    remedy: 'Apply the newest plan, or plan again.',
  },
  STATE_CONFLICT: {
    happened:
      'Other deploys changed the edge state again and again while this one wanted to write it. What they wrote was kept.',
    remedy:
      'Run the same command again. Let deploys of one domain and environment follow each other, for example by a `concurrency` group in GitHub Actions.',
  },
  STATE_UNAVAILABLE: {
    happened:
      'The store of the edge state is down, slow, locked, or has a fault of its own. Tried again, in vain. Without its state no plan is made.',
    remedy: 'Run it again when the store answers. After the upload, run `freshtag apply` again.',
  },
  STATE_REFUSED: {
    happened:
      'The store of the edge state says no: a wrong key or token, a missing bucket, another region, a web page instead of a state, or a service without conditional writes.',
    remedy:
      'The message has the server’s answer and what to check; see [The edge state](state.md).',
  },
  OUTBOX_NEWER: {
    happened:
      'The tables of the outbox were made by a newer release of freshtag than this one. They were left as they are.',
    remedy: 'Update freshtag here. All processes at one outbox should be of one release.',
  },
  OUTBOX_UNAVAILABLE: {
    happened:
      'The database of the outbox does not answer, is locked, or gave up the transaction in favour of another. What was to be appended was not.',
    remedy:
      'Run the transaction again. A relay tries again by itself, and rows keep waiting meanwhile.',
  },
  OUTBOX_REFUSED: {
    happened:
      'The database of the outbox says no: the transaction has ended, its tables are missing, it may only be read, its disk is full, or the user has not the right. Nothing was appended or changed.',
    remedy: 'The message has what to mend. For missing tables, call `migrate()` once at the start.',
  },
  ORIGIN_NOT_READY: {
    happened: 'The origin did not serve the new build in the time allowed. Nothing was refreshed.',
    remedy:
      'Check that the upload went to this origin and that the URL is the origin’s own, not the edge’s; then `freshtag apply`.',
  },
  ORIGIN_WITHOUT_TAGS: {
    happened:
      'The origin serves the new build, but without its `Cache-Tag` headers, so a refresh by tag would reach nothing. Nothing was refreshed.',
    remedy:
      'Give the origin the written configuration: see [What the origin must send](origin.md).',
  },
  REFRESH_INCOMPLETE: {
    happened:
      'Some tags were not refreshed to the end, or how that ended could not be asked. Their pages may be old at the edge; `freshtag apply` keeps them in the edge state.',
    remedy:
      'The message has the cloud’s reasons. Run `freshtag apply` again, or build again: the next plan takes them up. After `freshtag refresh`, refresh the tags again.',
  },
  EDGE_STALE: {
    happened:
      '`freshtag verify` saw the edge serve something else than the origin, which answers the same each time. With `--require-tags`, also the same content stored without the origin’s tags.',
    remedy:
      'If a refresh is under way, wait: `freshtag verify --until-fresh 10m`. Else refresh the pages that it lists; what no tag reaches needs a refresh of its URL. See [Verify](verify.md).',
  },
  NOT_VERIFIED: {
    happened:
      '`freshtag verify` could not tell of some pages whether they are fresh: the edge or the origin did not answer, or the origin answers something else each time.',
    remedy:
      'The message has the first page and why. Check both addresses; leave out pages that are made anew for everybody. See [Verify](verify.md).',
  },
};
