import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { exploreResultSchema } from '../../../contracts/explore-result.ts';
import { writeConnection } from '../../../target/attach.ts';
import {
  readManifest,
  readVerdict,
  root,
  runFolderIn,
  runProgram,
  temporaryFolder,
  thresholdsWith,
  verdicts,
  withPatience,
} from '../run/program.ts';
import { startApplication } from './application.ts';

/** Real runs against the gnarly application: it is correct, so nothing may be held against it. */
const migrations = path.join(root, 'tests', 'applications', 'gnarly', 'migrations');

it('is cloned, seeded, loaded and torn down, and breaks no promise', async () => {
  const out = temporaryFolder();
  const { code, stdout, stderr } = await runProgram([
    ...['run', '--seed', '5', '--thresholds', thresholdsWith(withPatience)],
    ...['--migrations', migrations, '--out', out],
  ]);
  expect(code, stderr + stdout).toBe(0);
  expect(new Set(Object.values(verdicts(readVerdict(out)))), stdout).toEqual(new Set(['pass']));
  const explored = exploreResultSchema.parse(
    JSON.parse(readFileSync(path.join(runFolderIn(out), 'explore', 'explore.json'), 'utf8')),
  );
  expect(explored).toMatchObject({ skipped: null, left: null });
  expect(explored.cases.flatMap(({ findings }) => findings)).toEqual([]);
  // Each of its functions could be instrumented; some defaults of variables read before the first yield.
  expect(explored.points).toBeGreaterThan(70);
  expect(explored.uninstrumented.filter(({ line }) => line === null)).toEqual([]);
  const { isolation, target } = readManifest(out);
  expect(target.migrations).toEqual({ applied: 21, failed: [], skipped_statements: 0 });
  expect(isolation).toMatchObject({ source: 'public', schema: 'table_stress', made: 'by this run' });
  expect(isolation?.objects.function).toBeGreaterThan(60);
  expect(isolation?.findings.filter(({ kind }) => kind === 'leftover')).toEqual([]);
});

it('runs with a virtual clock as well', async () => {
  const out = temporaryFolder();
  const { code, stdout, stderr } = await runProgram([
    ...['run', 'smoke', 'window-boundary', '--clock', 'virtual', '--migrations', migrations, '--out', out],
  ]);
  expect(code, stderr + stdout).toBe(0);
  expect(readManifest(out).isolation?.clock).toBe('virtual');
  expect(verdicts(readVerdict(out))).toMatchObject({ 'status-rule': 'pass', 'status-fresh': 'pass' });
});

it('rows that name nothing but ids of the application are attributed where the schema stays', async () => {
  const application = await startApplication('gnarly');
  try {
    const connection = path.join(temporaryFolder(), 'target.json');
    await writeConnection(connection, application.target);
    const made = await runProgram(['isolate', '--target', connection]);
    expect(made.code, made.stderr).toBe(0);
    for (const round of [1, 2]) {
      const out = temporaryFolder();
      const args = ['run', 'smoke', '--target', connection, '--out', out];
      const { code, stdout, stderr } = await runProgram(args);
      expect(code, `round ${round}:\n${stderr}${stdout}`).toBe(0);
      expect(readManifest(out).isolation?.made).toBe('before');
      expect(verdicts(readVerdict(out)).isolated).toBe('pass');
    }
  } finally {
    await application.stop();
  }
});
