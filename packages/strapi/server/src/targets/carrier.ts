/** What carries the rows of one stage. */
export interface StageCarrier {
  /** @throws FreshtagError why it cannot begin; it may be called again */
  readonly start: () => Promise<void>;
  /** Claims no more, and breaks off after `timeoutMs` what is under way. */
  readonly stop: (options: { readonly timeoutMs: number }) => Promise<void>;
}
