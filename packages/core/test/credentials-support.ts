import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';

import { onTestFinished } from 'vitest';

import { isFreshtagError } from '@freshtag/core';

import { findCredentials } from '../src/dcdn/credentials/find.ts';
import type { FoundCredentials } from '../src/dcdn/credentials/found.ts';
import type { Credentials } from '../src/dcdn/credentials/key.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Stands for every secret that a file or variable holds: no error may show it. */
export const CANARY = 'canary7SECRET3value';

/** Everything of an error that a log or a person could see. */
function showEverything(error: unknown): string {
  const causes: unknown[] = [];
  for (let at = error; at instanceof Error; at = at.cause) causes.push(at);
  return causes
    .flatMap((one) => [
      String(one),
      one instanceof Error ? one.stack : '',
      JSON.stringify(one),
      JSON.stringify(one, Object.getOwnPropertyNames(one)),
      inspect(one, { depth: Infinity, showHidden: true, getters: true }),
    ])
    .join('\n');
}

/**
 * The code and message of an error of freshtag's, as `CODE: message`.
 * @throws for any other error, and for one that shows the canary anywhere
 */
export function refusal(error: unknown): string {
  if (!isFreshtagError(error)) throw new Error('not an error of freshtag’s', { cause: error });
  if (showEverything(error).includes(CANARY))
    throw new Error('it shows a secret', { cause: error });
  return `${error.code}: ${error.message}`;
}

/** What a function throws. */
export function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** What a promise is rejected with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('nothing was rejected');
    },
    (error: unknown) => error,
  );
}

const IN_AN_HOUR = new Date(Date.now() + 3_600_000).toISOString();

/** A temporary key as the cloud answers it. */
export function temporaryKey(
  number: number,
  Expiration: string = IN_AN_HOUR,
): Record<string, string> {
  return {
    AccessKeyId: `STS.${number}`,
    AccessKeySecret: `secret-${number}`,
    SecurityToken: `token-${number}`,
    Expiration,
  };
}

/** The same key as freshtag gives it. */
export const keyNumber = (number: number): Credentials => ({
  accessKeyId: `STS.${number}`,
  accessKeySecret: `secret-${number}`,
  securityToken: `token-${number}`,
});

export function search(
  home: string,
  env: Record<string, string | undefined> = {},
): FoundCredentials {
  return findCredentials(undefined, { env, home, profileFiles: true });
}

/** A home whose current CLI profile has these fields; beside it, other profiles. */
export function profile(fields: object, ...others: object[]): string {
  const profiles = [{ name: 'default', ...fields }, ...others];
  return temporaryFolder({
    '.aliyun/config.json': JSON.stringify({ current: 'default', profiles }),
  });
}

export interface Asked {
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly form: URLSearchParams;
}

type Answer = (asked: Asked) => { readonly status?: number; readonly body: string };

/** A server on a free port. With `secure` it answers over TLS with the certificate below. */
export async function serve(
  answer: Answer,
  secure = false,
): Promise<{ url: string; host: string }> {
  const server = secure
    ? createHttpsServer({ key: LOCAL_KEY, cert: LOCAL_CERTIFICATE })
    : createHttpServer();
  server.on('request', (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://local');
      const said = answer({ url, headers: request.headers, form: new URLSearchParams(body) });
      response.writeHead(said.status ?? 200, { 'content-type': 'application/json' });
      response.end(said.body);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: `http${secure ? 's' : ''}://${host}/`, host };
}

// Made for these tests and used nowhere else, valid for 127.0.0.1 until 2126:
// openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500
//   -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out certificate.pem
const LOCAL_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg4CSws8aYEFViW9te
KxEcMxJpN23TKwm3+q//MeauB5uhRANCAARmnGRNCpiDWULJLyWiyYj5o3Xg7Ds9
RVfDzKwG+BscMsUL1+wUZC/8YMjuE1qInovjMBAOfLWHsd6Dy86cYxrp
-----END PRIVATE KEY-----`;
export const LOCAL_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBkDCCATagAwIBAgIUdwLCEY3XKsShh1qGGKEFyK1khOIwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMjE0MzUwNVoYDzIxMjYxMDI5
MTQzNTA1WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARmnGRNCpiDWULJLyWiyYj5o3Xg7Ds9RVfDzKwG+BscMsUL1+wUZC/8
YMjuE1qInovjMBAOfLWHsd6Dy86cYxrpo2QwYjAdBgNVHQ4EFgQU/7hUDGjCUtXT
wRkkGDEoR5zDvCEwHwYDVR0jBBgwFoAU/7hUDGjCUtXTwRkkGDEoR5zDvCEwDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0gAMEUC
IHDcBtdMGZmUYOnBdyodsHcNqswiAWaUKPlqp66ofUMOAiEAv/AGilQCsO4jNA1s
lw7h+J5gceKeZMYszDUyi1l8vuw=
-----END CERTIFICATE-----`;
