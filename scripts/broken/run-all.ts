import { mkdir, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import {
  BROKEN_TABLE_VERSION,
  type BrokenTable,
  type CorrectRow,
  type VariantRow,
} from '../../contracts/broken-table.ts';
import type { BrokenVariant } from '../../reference/broken.ts';
import { gitState } from '../project.ts';
import { type ChildRun, childRun } from './child-run.ts';
import { failedBy, judgeCorrect, judgeVariant } from './judge.ts';

export interface BrokenRequest {
  variants: readonly BrokenVariant[];
  /** Seed of each variant's run. */
  seed: number;
  /** Seeds of the runs of the correct application. */
  correctSeeds: readonly number[];
  /** Runs side by side. */
  jobs: number;
  /** Folder for the run folders of those that did not go as they should. */
  out: string;
  /** Keep the folders of all runs. */
  keep: boolean;
}

/** Told of each run that ended. */
export type Ended = (row: VariantRow | CorrectRow, done: number, planned: number) => void;

interface Planned {
  name: string;
  args: string[];
  row(run: ChildRun, alone: boolean): VariantRow | CorrectRow;
  asExpected(row: VariantRow | CorrectRow): boolean;
}

/**
 * Runs each broken variant with the one scenario that has to show it, and the correct application with all scenarios.
 *
 * Side by side, runs take each other's processor: that a promise failed stays true of that, but not that it did not. So
 * what was not caught is run again alone, and so is what stayed unknown. A false alarm is none the less one.
 */
export async function runAll(
  request: BrokenRequest,
  ended: Ended,
  signal: AbortSignal,
): Promise<BrokenTable> {
  const started_at = new Date().toISOString();
  const rows = new Map<Planned, VariantRow | CorrectRow>();
  const planned = [...request.variants.map(planVariant(request)), ...request.correctSeeds.map(planCorrect)];
  const run = async (each: Planned, alone: boolean): Promise<void> => {
    const out = path.join(request.out, each.name);
    await rm(out, { recursive: true, force: true });
    await mkdir(out, { recursive: true });
    const made = await childRun(each.args, out, signal);
    if (signal.aborted) return;
    const row = each.row(made, alone);
    rows.set(each, row);
    const good = each.asExpected(row);
    if (!good) await writeFile(path.join(out, 'printed.txt'), made.printed);
    else if (!request.keep) await rm(out, { recursive: true, force: true });
    if (good || alone || row.result === 'false-alarm') ended(row, rows.size, planned.length);
  };
  const queue = [...planned];
  const alone = request.jobs === 1;
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next && !signal.aborted; next = queue.shift()) await run(next, alone);
  };
  await Promise.all(Array.from({ length: request.jobs }, worker));
  for (const [each, row] of rows) {
    const again = !row.alone && !each.asExpected(row) && row.result !== 'false-alarm';
    if (again && !signal.aborted) await run(each, true);
  }
  const inOrder = planned.flatMap((each) => rows.get(each) ?? []);
  return {
    v: BROKEN_TABLE_VERSION,
    started_at,
    ...(await gitState()),
    cores: availableParallelism(),
    jobs: request.jobs,
    variants: inOrder.filter((row): row is VariantRow => 'id' in row),
    correct: inOrder.filter((row): row is CorrectRow => !('id' in row)),
    left: planned.length - inOrder.length,
  };
}

function planVariant({ seed }: BrokenRequest): (variant: BrokenVariant) => Planned {
  return (variant) => ({
    name: variant.id,
    args: [
      variant.scenario,
      ...['--broken', variant.id, '--seed', String(seed)],
      ...(variant.fault === undefined ? [] : ['--faults', variant.fault]),
    ],
    row: (run, alone) => ({
      ...variant,
      result: judgeVariant(run.verdict, variant.expect),
      ...judgedBy(run, seed, alone),
    }),
    asExpected: ({ result }) => result === 'caught',
  });
}

function planCorrect(seed: number): Planned {
  return {
    name: `correct-${seed}`,
    args: ['--seed', String(seed)],
    row: (run, alone) => ({ result: judgeCorrect(run.verdict), ...judgedBy(run, seed, alone) }),
    asExpected: ({ result }) => result === 'pass',
  };
}

function judgedBy({ verdict, seconds }: ChildRun, seed: number, alone: boolean) {
  return { failed_by: failedBy(verdict), seed, seconds: Math.round(seconds * 10) / 10, alone };
}
