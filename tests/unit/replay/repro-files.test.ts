import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KeptViolation } from '../../../contracts/kept-violations.ts';
import { reproOf, resultInWords } from '../../../contracts/repro.ts';
import { RunFolder } from '../../../contracts/run-folder.ts';
import { notTried, type Replayed } from '../../../replay/replay.ts';
import { readRepro, writeRepro } from '../../../replay/repro-files.ts';

let folder: RunFolder;
beforeEach(async () => {
  folder = new RunFolder(await mkdtemp(path.join(os.tmpdir(), 'table-stress-repro-')));
});
afterEach(() => rm(folder.root, { recursive: true, force: true }));

const kept = (number: number, title: string): KeptViolation => ({
  number,
  invariant: 'linked',
  promise: 'it is kept',
  violation: {
    title,
    steps: [{ at: null, operation: null, text: title }],
    operations: [],
    rows: [],
    repro: '',
  },
});

function reproduced(number: number, title: string, tries = 2): Replayed {
  const { repro } = notTried(kept(number, title), '');
  const script = `repro/${number}-linked.sql`;
  return {
    repro: { ...repro, result: 'reproduced', tries, found: title, reason: null, script },
    script: `-- ${title}\n`,
    steps: [],
    operations: [],
  };
}

const write = (violations: KeptViolation[], replayed: Replayed[]) =>
  writeRepro(folder, 'abcdef01', null, violations, replayed);

it('writes a script beside each entry that has one', async () => {
  const violations = [kept(1, 'one'), kept(2, 'two')];
  const repro = await write(violations, [reproduced(1, 'one'), notTried(violations[1] as never, 'too many')]);
  expect(await readRepro(folder)).toEqual(repro);
  expect(repro.violations.map(resultInWords)).toEqual(['reproduced in try 2', 'not tried: too many']);
  expect(await readdir(folder.reproScripts)).toEqual(['1-linked.sql']);
  expect(await readFile(path.join(folder.reproScripts, '1-linked.sql'), 'utf8')).toBe('-- one\n');
});

it('keeps what was found before of violations that were not replayed now', async () => {
  const violations = [kept(1, 'one'), kept(2, 'two')];
  await write(violations, [reproduced(1, 'one', 7)]);
  const repro = await write(violations, [reproduced(2, 'two')]);
  expect(repro.violations.map(({ tries }) => tries)).toEqual([7, 2]);
  expect((await readdir(folder.reproScripts)).sort()).toEqual(['1-linked.sql', '2-linked.sql']);
});

it('forgets it when the verdict has another violation under that number, and its script', async () => {
  await write([kept(1, 'one')], [reproduced(1, 'one')]);
  const repro = await write([kept(1, 'another')], []);
  expect(repro.violations.map(resultInWords)).toEqual(['not tried: it was not asked for']);
  expect(await readdir(folder.reproScripts)).toEqual([]);
  expect(reproOf(repro, 1, 'one')).toBeNull();
});

it('takes a damaged file for none', async () => {
  await writeFile(folder.repro, '{"v":1}');
  expect(await readRepro(folder)).toBeNull();
});
