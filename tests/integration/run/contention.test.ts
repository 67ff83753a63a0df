import { rmSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { migrationsWithGate } from '../../../bench/capacity/gate.ts';
import type { Thresholds } from '../../../contracts/thresholds.ts';
import { readVerdict, runProgram, temporaryFolder, thresholdsWith, verdicts } from './program.ts';

/** The quick profile with one caller in each scenario of rounds. */
function withOneProcess({ profiles }: Thresholds): void {
  const { scenarios } = profiles.quick;
  for (const name of ['hot-table', 'merge', 'holds'] as const) scenarios[name].processes = 1;
  scenarios['hot-table'].rounds = 40;
}

it('a run with one process ends with 4, says that nothing contended, and what to change', async () => {
  const out = temporaryFolder();
  const file = thresholdsWith(withOneProcess);
  const { code, stdout, stderr } = await runProgram([
    'run',
    'hot-table',
    '--thresholds',
    file,
    '--seed',
    '5',
    '--out',
    out,
  ]);
  expect(code, stderr + stdout).toBe(4);
  const verdict = readVerdict(out);
  expect(verdicts(verdict)).toMatchObject({
    contended: 'unknown',
    'no-double-booking': 'unknown',
    progress: 'unknown',
    isolated: 'pass',
    linked: 'pass',
  });
  const contended = verdict.invariants.find(({ id }) => id === 'contended');
  expect(contended?.summary).toMatch(/hot-table: 0 of \d+ calls met a rival .*raise its processes or rounds/);
  expect(stdout).toMatch(/no verdict/);
});

it('a correct application under contention passes with a proof of it', async () => {
  const out = temporaryFolder();
  // Who assigns has others wait for 5 ms, so that some are seen to wait however fast the machine is.
  const migrations = await migrationsWithGate({ kind: 'lock', seconds: 0.005 });
  onTestFinished(() => rmSync(migrations, { recursive: true }));
  const { code, stdout, stderr } = await runProgram([
    ...['run', 'hot-table', '--migrations', migrations, '--seed', '5', '--out', out],
  ]);
  expect(code, stderr + stdout).toBe(0);
  const contended = readVerdict(out).invariants.find(({ id }) => id === 'contended');
  expect(contended?.summary).toMatch(
    /^\d+ of \d+ calls met a rival .*; a call waited for a lock in [1-9]\d* of \d+ looks/,
  );
});
