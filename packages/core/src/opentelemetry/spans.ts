import { SpanStatusCode, type Span } from '@opentelemetry/api';

import { isFreshtagError } from '../errors.ts';

/** What listens on a channel, told as what the channel carries. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- it names what the channel carries
export function heard<Message>(listen: (message: Message) => void): (message: unknown) => void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only this package publishes on its channels
  return (message) => listen(message as Message);
}

/** What a tracing channel adds to a message when its work fails. */
interface Failed {
  readonly error?: unknown;
}

export interface Spans<Message extends object> {
  start(message: Message, span: Span): void;
  end(message: Message & Failed): void;
}

/** Remembers the open span of each message, and ends it with the message's outcome. */
export function createSpans<Message extends object>(
  onEnd: (message: Message & Failed, seconds: number) => void,
): Spans<Message> {
  const open = new WeakMap<object, { readonly span: Span; readonly startedAtMs: number }>();
  return {
    start: (message, span) => {
      open.set(message, { span, startedAtMs: performance.now() });
    },
    end: (message) => {
      const opened = open.get(message);
      if (opened === undefined) return;
      const { error } = message;
      if (error !== undefined) opened.span.setStatus({ code: SpanStatusCode.ERROR });
      opened.span.setAttributes(errorType(error));
      opened.span.end();
      onEnd(message, (performance.now() - opened.startedAtMs) / 1000);
    },
  };
}

/** The code alone: a message could be long, and is for people. */
export function errorType(error: unknown): Record<string, string> {
  if (error === undefined) return {};
  return { 'error.type': isFreshtagError(error) ? error.code : 'unknown' };
}
