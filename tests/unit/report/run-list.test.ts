import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { renderIndex } from '../../../report/html/index-page.ts';
import { listRuns } from '../../../report/run-list.ts';
import { scratchFolder } from '../contracts/scratch-folder.ts';
import { fixtureData } from './fixture.ts';

async function threeRuns(): Promise<string> {
  const parent = await scratchFolder();
  const { manifest, verdict } = fixtureData();
  for (const [day, files] of [
    ['01', { 'manifest.json': manifest, 'verdict.json': verdict }],
    ['03', { 'manifest.json': manifest }],
    ['02', { 'verdict.json': 'damaged' }],
  ] as const) {
    const folder = path.join(parent, `2026-06-${day}T120000Z-abcdef01`);
    await mkdir(folder);
    for (const [name, content] of Object.entries(files))
      await writeFile(path.join(folder, name), JSON.stringify(content));
  }
  await mkdir(path.join(parent, 'something else'));
  return parent;
}

it('runs are listed the newest first, those that were killed or damaged, too', async () => {
  const runs = await listRuns(await threeRuns());
  expect(
    runs.map(({ name, verdict, manifest }) => [name.slice(8, 10), verdict !== null, manifest !== null]),
  ).toEqual([
    ['03', false, true],
    ['02', false, false],
    ['01', true, true],
  ]);
});

it('a folder that is not there is said', async () => {
  await expect(listRuns('/nowhere/at/all')).rejects.toThrow(/\/nowhere\/at\/all: cannot be read/);
});

it('the index links each run to its report, and escapes what it shows', async () => {
  const runs = await listRuns(await threeRuns());
  const [last] = runs.slice(-1);
  if (last?.verdict) last.verdict.headline = '<script>alert(1)</script>';
  const page = await renderIndex(runs);
  expect(page.match(/href="2026-06-\d\dT120000Z-abcdef01\/report\.html"/g)).toHaveLength(3);
  expect(page).not.toContain('<script>');
  expect(await renderIndex([])).toContain('There is no run yet');
});
