import { describe, expect, it } from 'vitest';
import type { Cause } from '../../../contracts/diagnosis.ts';
import { RunFolder } from '../../../contracts/run-folder.ts';
import type { Thresholds } from '../../../contracts/thresholds.ts';
import type { InvariantId } from '../../../contracts/verdict.ts';
import { listBroken } from '../../../reference/broken.ts';
import { readRepro } from '../../../replay/repro-files.ts';
import { oneOfEach } from '../proof.ts';
import {
  readDiagnosis,
  readVerdict,
  runFolderIn,
  runProgram,
  temporaryFolder,
  thresholdsWith,
} from './program.ts';

// A sample has one for each promise that some variant breaks.
// What only a fault shows is tested with the faults.
const variants = oneOfEach(
  (await listBroken()).filter(({ fault }) => fault === undefined),
  (variant) => variant.expect,
);

/** What explains those that deadlock. */
const causeOf: Record<string, Cause | undefined> = {
  'caller-order-locks': 'opposite-lock-order',
  'shared-table-locks': 'lock-upgrade',
  'upgrade-lock-on-restaurant': 'lock-upgrade',
  'one-global-lock': 'coarse-lock',
};

/**
 * For what has to come within some time, and does not where the machine is slow: a booking must be assigned while a hold
 * still stands; a status that follows three seconds late must be read meanwhile, after windows began and after they ended.
 */
function withTime({ profiles }: Thresholds): void {
  const { holds, 'window-boundary': boundary } = profiles.quick.scenarios;
  Object.assign(holds, { expiry_ms: 240, period_ms: 480 });
  Object.assign(boundary, { window_ms: 4000, tail_ms: 4500 });
}
const needsTime = new Set<InvariantId>(['linearizable', 'status-fresh']);

/** The violation of that promise that was provoked again on a copy. */
async function reproducedIn(folder: string, id: string, promise: InvariantId) {
  const repro = await readRepro(new RunFolder(folder));
  if (repro?.copy) expect(repro.copy).toMatchObject({ broken: id, same_functions: true });
  return repro?.violations.find(({ invariant, result }) => invariant === promise && result === 'reproduced');
}

describe('broken variants of the application', () => {
  it.each(variants.map((variant) => [variant.id, variant] as const))('%s is caught', async (id, variant) => {
    const out = temporaryFolder();
    const { code, stdout, stderr } = await runProgram([
      'run',
      variant.scenario,
      '--broken',
      id,
      '--seed',
      '3',
      // One of them shows that a run replays what it found.
      ...(variant.expect === 'no-double-booking' ? [] : ['--no-replay']),
      ...(needsTime.has(variant.expect) ? ['--thresholds', thresholdsWith(withTime)] : []),
      '--out',
      out,
    ]);
    expect(code, stderr).toBe(1);
    const caught = readVerdict(out).invariants.find((result) => result.id === variant.expect);
    expect(caught?.verdict).toBe('fail');
    const [violation] = caught?.violations ?? [];
    expect(violation?.title.length).toBeGreaterThan(20);
    expect(violation?.steps.length).toBeGreaterThan(0);
    expect(violation?.repro).toContain(`--broken ${id}`);
    if (variant.expect === 'no-double-booking') {
      const folder = runFolderIn(out);
      const entry = await reproducedIn(folder, id, variant.expect);
      if (entry) {
        expect(stdout).toContain(
          `violation ${entry.number}, ${variant.expect}: reproduced in try ${entry.tries}`,
        );
      } else {
        // The time of a run may be over before the copy is made, on a machine that is busy. The command has its own.
        const replay = await runProgram(['replay', folder]);
        expect(replay.code, stderr + replay.stderr).toBe(1);
        expect(await reproducedIn(folder, id, variant.expect), replay.stderr).toBeDefined();
      }
    }
    const cause = causeOf[id];
    if (cause) expect(readDiagnosis(out).findings.map((finding) => finding.cause)).toContain(cause);
    if (variant.expect === 'status-rule') {
      expect(violation?.title).toMatch(
        new RegExp(`^${id.replace(/^legacy-refresh$/, 'legacy').replace(/^status-/, '')}: `),
      );
      const texts = violation?.steps.map(({ text }) => text) ?? [];
      expect(texts).toContain('BEGIN;');
      expect(texts.some((text) => text.startsWith('SELECT public.refresh_table_status('))).toBe(true);
    }
  });
});
