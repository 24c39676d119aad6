import { join } from 'node:path';

import { describe, test } from 'vitest';

import {
  announceDeploy,
  createFileStore,
  deployFiles,
  prepareDeploy,
  readPlan,
  readStoredState,
  writeEdgeState,
  type DeployFiles,
  type PreparedDeploy,
  type StateStore,
} from '@freshtag/core/site';
import { settledState } from './settled-state.ts';
import { temporaryFolder } from './temporary-folder.ts';

const site = { domain: 'www.example.com', environment: 'production' };

interface Place {
  readonly store: StateStore;
  readonly files: DeployFiles;
  readonly prepare: (pages: Readonly<Record<string, string>>) => Promise<PreparedDeploy>;
}

function createPlace(): Place {
  const folder = temporaryFolder();
  const store = createFileStore(join(folder, 'state.json'));
  const prepare: Place['prepare'] = (pages) =>
    prepareDeploy({ ...site, store, dir: temporaryFolder(pages) });
  return { store, files: deployFiles(join(folder, 'files'), site), prepare };
}

describe('a deploy that is announced after another one has changed the edge state', () => {
  test('says why from that state, and keeps sketches of what it refreshes', async ({ expect }) => {
    const { store, files, prepare } = createPlace();
    const first = await prepare({ 'a.html': '<p>one</p>\n<p>same</p>\n', 'b.html': 'same' });
    const second = await prepare({ 'a.html': '<p>two</p>\n<p>same</p>\n', 'b.html': 'same' });
    expect(second.why.pages.map(({ reason }) => reason)).toEqual(['unknown', 'unknown', 'unknown']);
    await writeEdgeState(store, settledState(first));
    const announced = await announceDeploy(second, { files, store });
    expect(announced.why.pages).toMatchObject([
      { path: '/a.html', reason: 'changed', regions: [{ text: '<p>two</p>' }] },
    ]);
    expect(announced.plan.pages.map(({ target }) => typeof target?.sketch)).toEqual(['string']);
    expect(await readPlan(files.plan)).toEqual(announced.plan);
  });

  test('is refused if it lacks most of the pages that this one has brought', async ({ expect }) => {
    const { store, files, prepare } = createPlace();
    const whole = await prepare({ 'a.html': '1', 'b.html': '1', 'c.html': '1', 'd.html': '1' });
    const cutOff = await prepare({ 'a.html': '2' });
    await writeEdgeState(store, settledState(whole));
    await expect(announceDeploy(cutOff, { files, store })).rejects.toMatchObject({
      code: 'OUTPUT_SHRUNK',
    });
    expect((await readStoredState(store, site))?.state.build).toBe(whole.plan.build);
  });
});
