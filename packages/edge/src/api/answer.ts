import type { ServerResponse } from 'node:http';

import type { Clock } from '@freshtag/core';

import type { CallFault } from '../faults/fault.ts';
import type { Format } from './format.ts';
import { GatewayPage, type Refusal } from './refusal.ts';
import { toXml } from './xml.ts';

/** An answer as it would go over the wire if nothing went wrong. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** What the answers to one call have in common. */
export interface AnswerContext {
  readonly requestId: string;
  readonly host: string;
  readonly format: Format;
}

type Body = Readonly<Record<string, unknown>>;

export function successAnswer(
  action: string,
  body: Body,
  { requestId, format }: AnswerContext,
): Answer {
  return bodyAnswer(
    200,
    { root: `${action}Response`, body: { RequestId: requestId, ...body } },
    format,
  );
}

/** The cloud's envelope for errors, in the form that the fault asks for. */
export function errorAnswer(
  refusal: Refusal,
  { requestId, host, format }: AnswerContext,
  fault?: CallFault,
): Answer {
  const { status, code, message } = refusal;
  if (refusal instanceof GatewayPage) return pageAnswer(status, message, { connection: 'close' });
  if (fault?.kind === 'html') return pageAnswer(status, 'Bad Gateway');
  const body = {
    RequestId: requestId,
    HostId: host,
    Code: code,
    Message: message,
    Recommend: `https://api.alibabacloud.com/troubleshoot?q=${encodeURIComponent(code)}&product=dcdn`,
  };
  const answer = bodyAnswer(
    status,
    { root: 'Error', body },
    fault?.kind === 'xml' ? 'xml' : format,
  );
  if (fault?.kind !== 'throttled' || fault.retryAfterMs === undefined) return answer;
  return {
    ...answer,
    headers: { ...answer.headers, 'x-acs-retry-after': String(fault.retryAfterMs) },
  };
}

/** Sends an answer, or lets the fault happen to it. Whatever waits ends with the connection. */
export async function deliver(
  response: ServerResponse,
  answer: Answer,
  { fault, clock }: { readonly fault: CallFault | undefined; readonly clock: Clock },
): Promise<void> {
  if (response.destroyed || fault?.kind === 'silent') return;
  if (fault?.kind === 'cut') {
    response.destroy();
  } else if (fault?.kind === 'slow') {
    if (await slept(fault.delayMs, response, clock)) send(response, answer);
  } else if (fault?.kind === 'truncated') {
    const body = Buffer.from(answer.text);
    response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
    response.write(body.subarray(0, body.length / 2), () => response.destroy());
  } else {
    send(response, answer);
  }
}

function bodyAnswer(
  status: number,
  { root, body }: { readonly root: string; readonly body: Body },
  format: Format,
): Answer {
  return format === 'json'
    ? { status, headers: { 'content-type': 'application/json' }, text: JSON.stringify(body) }
    : { status, headers: { 'content-type': 'text/xml;charset=utf-8' }, text: toXml(root, body) };
}

/** A page of the server before the cloud's API, in the words of nginx. */
function pageAnswer(
  status: number,
  reason: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const title = `${status} ${reason}`;
  const text = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr/>Powered by Tengine</body>\r\n</html>\r\n`;
  return { status, headers: { server: 'Tengine', 'content-type': 'text/html', ...headers }, text };
}

/** @returns false when the caller has left meanwhile */
async function slept(delayMs: number, response: ServerResponse, clock: Clock): Promise<boolean> {
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  response.once('close', leave);
  try {
    await clock.sleep(delayMs, gone.signal);
    return true;
  } catch {
    return false;
  } finally {
    response.off('close', leave);
  }
}

function send(response: ServerResponse, { status, headers, text }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
