// Requests that nobody signs and answers that nobody checks: what the wire alone allows.
import { Agent, request } from 'node:http';

import { repeat } from './repeat.cjs';

const url = `${process.argv[2]}/?CacheTag=article%3A1%2Carticle%3A2&DomainName=www.example.com`;
const agent = new Agent({ keepAlive: true });

await repeat(
  () =>
    new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', agent }, (response) => {
        response.resume().on('end', resolve).on('error', reject);
      });
      sent.on('error', reject).end();
    }),
);
