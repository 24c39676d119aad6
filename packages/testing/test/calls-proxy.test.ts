import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';

import { describe, onTestFinished, test } from 'vitest';

import { startEdge } from '@freshtag/edge';

import { FRESHTAG, runNode, temporaryFolder } from '../src/index.ts';
import { credentials, domain } from './world.ts';

const HOST = 'dcdn.example.test';

// Made for this test and used nowhere else, valid for that name until 2126:
// openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500
//   -subj /CN=dcdn.example.test -addext subjectAltName=DNS:dcdn.example.test -keyout key.pem -out certificate.pem
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgT3Gy2jtLcp1odRiV
YVCuONsqVPEvObY85URxz2igWo2hRANCAATG/b5qfiMLXf8RwkEb/PhCiC6G4cNf
FpquUPPyk22MAal2g/nE0dcy+rU3iaWUkItQk+sNSwu1ZS02ElOxsha1
-----END PRIVATE KEY-----`;
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBrjCCAVOgAwIBAgIUWcpLoSbdYQatags0d5X3Fy8jk8kwCgYIKoZIzj0EAwIw
HDEaMBgGA1UEAwwRZGNkbi5leGFtcGxlLnRlc3QwIBcNMjYxMTIyMTY1MTQwWhgP
MjEyNjEwMjkxNjUxNDBaMBwxGjAYBgNVBAMMEWRjZG4uZXhhbXBsZS50ZXN0MFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAExv2+an4jC13/EcJBG/z4QoguhuHDXxaa
rlDz8pNtjAGpdoP5xNHXMvq1N4mllJCLUJPrDUsLtWUtNhJTsbIWtaNxMG8wHQYD
VR0OBBYEFEjgmfV0WaA2bMIpW5/CkfZKj8N+MB8GA1UdIwQYMBaAFEjgmfV0WaA2
bMIpW5/CkfZKj8N+MA8GA1UdEwEB/wQFMAMBAf8wHAYDVR0RBBUwE4IRZGNkbi5l
eGFtcGxlLnRlc3QwCgYIKoZIzj0EAwIDSQAwRgIhAKo+1yUN32qUSNHc2DnUpOQv
SWNJFFQCXTHvqyPw55n3AiEA2lQtJg3FFove6Eq2N58Nm9xkZw1PQb4useOAGS2H
nB4=
-----END CERTIFICATE-----`;

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function link(one: Socket, other: Socket): void {
  one.pipe(other).pipe(one);
  one.on('error', () => other.destroy());
  other.on('error', () => one.destroy());
}

/** The API over TLS under a name that nobody resolves, and a proxy that alone knows the way. */
async function openCloudBehindProxy() {
  const edge = await startEdge({
    domains: { [domain]: 'http://127.0.0.1:1' },
    pointsOfPresence: [{ name: 'pop', propagationDelayMs: 0 }],
    secondLayer: { propagationDelayMs: 0 },
  });
  const { port } = new URL(edge.apiUrl);
  const sockets = new Set<Socket>();
  const tls = createTlsServer({ key: KEY, cert: CERTIFICATE }, (socket) =>
    link(socket, connect(Number(port), '127.0.0.1')),
  );
  const tlsPort = await listen(tls);
  const asked: { readonly url: string; readonly authorization: string | undefined }[] = [];
  const proxy = createServer();
  proxy.on('connection', (socket: Socket) => sockets.add(socket));
  proxy.on('connect', ({ url = '', headers }: IncomingMessage, socket: Socket) => {
    asked.push({ url, authorization: headers['proxy-authorization'] });
    const target = connect(tlsPort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      link(socket, target);
    });
    sockets.add(target);
  });
  const proxyPort = await listen(proxy);
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
    tls.close();
    await edge.close();
  });
  const cwd = temporaryFolder({ 'certificate.pem': CERTIFICATE });
  const env = {
    ALIBABA_CLOUD_ACCESS_KEY_ID: credentials.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: credentials.accessKeySecret,
    FRESHTAG_ENDPOINT: `https://${HOST}`,
    HOME: join(cwd, 'home'),
    NODE_EXTRA_CA_CERTS: join(cwd, 'certificate.pem'),
  };
  return { edge, asked, cwd, env, proxyPort };
}

describe('the cloud behind a proxy', () => {
  test.for(['https_proxy', 'HTTPS_PROXY', 'http_proxy'])(
    'is reached over HTTPS through a tunnel of the proxy in %s',
    async (variable, { expect }) => {
      const { edge, asked, cwd, env, proxyPort } = await openCloudBehindProxy();
      const through = { ...env, [variable]: `http://me:pass%20word@127.0.0.1:${proxyPort}` };
      const args = [FRESHTAG, 'refresh', 'a', '--domain', domain, '--wait', '--json'];
      const ended = await runNode(args, { cwd, env: through });
      expect(JSON.parse(ended.stdout)).toMatchObject({
        ok: true,
        result: { tags: { accepted: 2 } },
      });
      expect(edge.refreshes).toMatchObject([{ outcome: 'accepted', domain }]);
      expect(asked[0]).toEqual({
        url: `${HOST}:443`,
        authorization: `Basic ${btoa('me:pass word')}`,
      });
    },
  );

  test('is trusted by its certificate, not by its proxy', async ({ expect }) => {
    const { edge, cwd, env, proxyPort } = await openCloudBehindProxy();
    const through = { ...env, https_proxy: `127.0.0.1:${proxyPort}`, NODE_EXTRA_CA_CERTS: '' };
    const ended = await runNode([FRESHTAG, 'quota', '--json'], { cwd, env: through });
    expect(JSON.parse(ended.stdout)).toMatchObject({
      exitCode: 1,
      error: {
        code: 'ENDPOINT_UNREACHABLE',
        message: expect.stringMatching(
          /DEPTH_ZERO_SELF_SIGNED_CERT\) through the proxy that https_/,
        ),
      },
    });
    expect(edge.refreshes).toEqual([]);
  });

  test('is asked for directly when no_proxy names it', async ({ expect }) => {
    const { asked, cwd, env, proxyPort } = await openCloudBehindProxy();
    const around = { ...env, https_proxy: `http://127.0.0.1:${proxyPort}`, no_proxy: HOST };
    const ended = await runNode([FRESHTAG, 'quota', '--json'], { cwd, env: around });
    expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: 'ENDPOINT_UNREACHABLE' } });
    expect(asked).toEqual([]);
  });
});
