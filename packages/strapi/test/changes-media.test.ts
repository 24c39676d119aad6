import { afterAll, beforeAll, describe, test } from 'vitest';

import { startChanges, type ChangesWorld } from './support/changes-world.ts';

type Cell = readonly [
  title: string,
  run: (world: ChangesWorld) => Promise<{ tags: readonly string[]; expected: readonly string[] }>,
];

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

async function upload(
  { atlas }: ChangesWorld,
  query = '',
  fields: Readonly<Record<string, string>> = {},
  withFile = true,
): Promise<{ id: number; documentId: string; url: string }> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  if (withFile) form.append('files', new Blob([PIXEL], { type: 'image/png' }), 'pixel.png');
  const headers = { authorization: `Bearer ${atlas.token}` };
  const { status, body, text } = await atlas.get(`upload${query}`, {
    method: 'POST',
    headers,
    body: form,
  });
  if (status > 299) throw new Error(`upload: ${status} ${text}`);
  return Array.isArray(body) ? body[0] : body;
}

const fileTags = ({ documentId, url }: { documentId: string; url: string }): string[] => [
  'upload-file',
  `upload-file:${documentId}`,
  `page:${url}`,
];

const MEDIA: readonly Cell[] = [
  [
    'an uploaded file refreshes lists of files',
    async (world) => {
      let file = { documentId: '', url: '' };
      const tags = await world.tagsOf(async () => {
        file = await upload(world);
      });
      return { tags, expected: fileTags(file) };
    },
  ],
  [
    'a file whose description is changed is refreshed wherever it is shown',
    async (world) => {
      const file = await upload(world);
      const fileInfo = JSON.stringify({ alternativeText: 'A pixel' });
      const tags = await world.tagsOf(() => upload(world, `?id=${file.id}`, { fileInfo }, false));
      return { tags, expected: fileTags(file) };
    },
  ],
  [
    'a file that is replaced is refreshed wherever it is shown, and at its own address',
    async (world) => {
      const file = await upload(world);
      const tags = await world.tagsOf(() => upload(world, `?id=${file.id}`));
      return { tags, expected: fileTags(file) };
    },
  ],
  [
    'a file that is deleted is refreshed wherever it was shown',
    async (world) => {
      const file = await upload(world);
      const tags = await world.tagsOf(() => world.rest('DELETE', `upload/files/${file.id}`));
      return { tags, expected: fileTags(file) };
    },
  ],
];

for (const database of ['sqlite', 'postgres', 'mysql'] as const)
  describe(`changes of media on ${database}`, () => {
    let world: ChangesWorld | undefined;
    beforeAll(async () => {
      world = await startChanges(database);
    }, 60_000);
    afterAll(async () => {
      await world?.atlas.stop();
    });
    for (const [title, run] of MEDIA)
      test(`${title}, on ${database}`, async (context) => {
        const { expect } = context;
        if (world === undefined) {
          context.skip();
          return;
        }
        const { tags, expected } = await run(world);
        expect(tags).toEqual(expected.toSorted());
      });
  });
