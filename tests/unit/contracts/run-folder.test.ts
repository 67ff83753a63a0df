import { mkdir, readdir, readlink, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { UsageError } from '../../../contracts/errors.ts';
import { createRunFolder, openRunFolder, RunFolder } from '../../../contracts/run-folder.ts';
import { scratchFolder } from './scratch-folder.ts';

const started = Date.parse('2026-03-29T01:02:03.987Z');

it('is named by the start in UTC and the tag, without colons', async () => {
  const parent = await scratchFolder();
  const folder = await createRunFolder(parent, started, 'abcdef01');
  expect(folder.root).toBe(path.join(parent, '2026-03-29T010203Z-abcdef01'));
  expect((await readdir(folder.root)).sort()).toEqual(['history', 'k6', 'logs']);
});

it('the names of runs sort by their start', async () => {
  const parent = await scratchFolder();
  for (const hours of [30, 1, 9, 700]) await createRunFolder(parent, started + hours * 3_600_000, 'abcdef01');
  const names = (await readdir(parent)).filter((name) => name !== 'latest').sort();
  expect(names.map((name) => name.slice(0, 13))).toEqual([
    '2026-03-29T02',
    '2026-03-29T10',
    '2026-03-30T07',
    '2026-04-27T05',
  ]);
});

it('latest points at the run that was made last', async () => {
  const parent = await scratchFolder();
  await createRunFolder(parent, started, 'abcdef01');
  const last = await createRunFolder(parent, started, 'abcdef02');
  expect(await readlink(path.join(parent, 'latest'))).toBe(path.basename(last.root));
  await writeFile(last.manifest, '{}');
  expect((await stat(path.join(parent, 'latest', 'manifest.json'))).isFile()).toBe(true);
});

it("somebody's own folder named latest is left alone", async () => {
  const parent = await scratchFolder();
  await mkdir(path.join(parent, 'latest', 'mine'), { recursive: true });
  await createRunFolder(parent, started, 'abcdef01');
  expect(await readdir(path.join(parent, 'latest'))).toEqual(['mine']);
});

it('every file of a run is inside its folder, each under its own name', () => {
  const folder = new RunFolder('runs/x');
  const files = [
    folder.manifest,
    folder.plan,
    folder.historyOf('smoke'),
    folder.k6SummaryOf('smoke'),
    folder.k6LogOf('smoke'),
    folder.finalState,
    folder.teardown,
    folder.verdict,
    folder.reportHtml,
    folder.reportMarkdown,
    folder.junit,
    folder.logs,
  ];
  expect(new Set(files).size).toBe(files.length);
  for (const file of files) expect(path.relative(folder.root, file)).toMatch(/^[a-z0-9/.-]+$/);
  expect(path.isAbsolute(folder.root)).toBe(true);
});

it('a parent that is a file is refused, with what to do', async () => {
  const file = path.join(await scratchFolder(), 'file');
  await writeFile(file, '');
  const error = await createRunFolder(file, started, 'abcdef01').catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(UsageError);
  expect((error as UsageError).message).toContain(`--out ${file}: the run folder cannot be written there`);
  expect((error as UsageError).fixes).toEqual(['choose a folder that you may write to: --out DIR']);
});

it.each([
  ['a folder that is not there', false, 'no such run folder'],
  ['a folder without a manifest', true, 'it has no manifest.json'],
])('%s is no run folder', async (_, exists, message) => {
  const folder = path.join(await scratchFolder(), 'run');
  if (exists) await mkdir(folder);
  await expect(openRunFolder(folder)).rejects.toThrow(UsageError);
  await expect(openRunFolder(folder)).rejects.toThrow(message);
});

it('a folder with a manifest is opened', async () => {
  const folder = await createRunFolder(await scratchFolder(), started, 'abcdef01');
  await writeFile(folder.manifest, '{}');
  expect((await openRunFolder(folder.root)).root).toBe(folder.root);
});
