import type { ServerResponse } from 'node:http';

import type { Fault } from './fault.ts';
import type { Refusal } from './refusal.ts';

/** An answer as it would go over the wire if nothing went wrong. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

const HTML =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n';

export function jsonAnswer(status: number, body: Readonly<Record<string, unknown>>): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    text: JSON.stringify(body),
  };
}

/** The cloud's envelope for errors, in the form that the fault asks for. */
export function errorAnswer(
  { status, code, message }: Refusal,
  { requestId, host }: { readonly requestId: string; readonly host: string },
  fault?: Fault,
): Answer {
  if (fault?.kind === 'html')
    return { status, headers: { 'content-type': 'text/html' }, text: HTML };
  const envelope = {
    RequestId: requestId,
    HostId: host,
    Code: code,
    Message: message,
    Recommend: `https://api.alibabacloud.com/troubleshoot?q=${encodeURIComponent(code)}&product=dcdn`,
  };
  if (fault?.kind === 'xml') {
    const fields = Object.entries(envelope).map(
      ([name, value]) => `<${name}>${escapeXml(value)}</${name}>`,
    );
    const text = `<?xml version='1.0' encoding='UTF-8'?><Error>${fields.join('')}</Error>`;
    return { status, headers: { 'content-type': 'text/xml;charset=utf-8' }, text };
  }
  const answer = jsonAnswer(status, envelope);
  if (fault?.kind !== 'throttled' || fault.retryAfterMs === undefined) return answer;
  return {
    ...answer,
    headers: { ...answer.headers, 'x-acs-retry-after': String(fault.retryAfterMs) },
  };
}

/** Sends an answer, or lets the fault happen to it. Whatever waits ends with the connection. */
export function deliver(response: ServerResponse, answer: Answer, fault?: Fault): void {
  if (response.destroyed || fault?.kind === 'silent') return;
  if (fault?.kind === 'cut') {
    response.destroy();
  } else if (fault?.kind === 'slow') {
    const timer = setTimeout(() => send(response, answer), fault.delayMs);
    response.once('close', () => clearTimeout(timer));
  } else if (fault?.kind === 'truncated') {
    const body = Buffer.from(answer.text);
    response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
    response.write(body.subarray(0, body.length / 2), () => response.destroy());
  } else {
    send(response, answer);
  }
}

function send(response: ServerResponse, { status, headers, text }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
