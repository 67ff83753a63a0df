import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { TargetError } from '../contracts/errors.ts';
import { writeFinalState } from '../observe/final-state.ts';
import { sweepTaggedRows } from '../teardown/sweep.ts';
import { type FinalState, readFinalState } from '../verify/final-state.ts';
import type { RunData } from '../verify/run-data.ts';
import type { ChosenCalls } from './arrange.ts';
import type { Copy } from './copy.ts';
import { insertRow } from './insert-statement.ts';
import type { PlayedTry } from './judge-try.ts';
import type { Session } from './make-call.ts';
import { fitWorld, neededRows } from './needed-rows.ts';
import { playInTurn, playTogether, type Stage } from './play.ts';
import { asServiceRole, setSearchPath } from './session-settings.ts';
import { type Step, sessionsOf } from './sessions.ts';
import type { Delays } from './timing.ts';

/**
 * One try: fresh rows, the calls before, the sessions' calls on connections of their own, and all rows afterwards.
 *
 * @throws what the database says when the rows cannot be written
 */
export async function tryOnce(
  copy: Copy,
  run: RunData,
  { earlier, calls, settling, zones }: ChosenCalls,
  steps: readonly Step[],
  delays: Delays,
): Promise<PlayedTry> {
  await removeRows(copy, run);
  const world = neededRows(run.plan.world, [...earlier, ...calls], zones);
  const rows = fitWorld(copy.tables, world, run.plan, copy.lookups).map(insertRow);
  await copy.sql.unsafe(
    [...asServiceRole, setSearchPath(copy.schema, 'SET LOCAL'), ...rows, 'COMMIT'].join(';\n'),
  );
  const [first] = copy.sessions as [Session, ...Session[]];
  const sessions = new Map(sessionsOf(steps).map((letter, index) => [letter, copy.sessions[index] ?? first]));
  const startedAt = Date.now();
  const zero = performance.now();
  const now = (): number => Math.round((performance.now() - zero) * 1e6);
  const { schema, confirmParameters } = copy;
  const stage: Stage = { run, schema, sessions, confirmParameters, now };
  const before = await playInTurn(stage, first, earlier);
  if (settling > 0) await delay(settling);
  const operations = [...before, ...(await playTogether(stage, steps, delays))];
  return { operations, startedAt, finalState: await rowsAfterwards(copy, run) };
}

/** Rows of the run's tag, and those that a try left in its transaction. */
export async function removeRows({ sql, tables }: Copy, { manifest }: RunData): Promise<void> {
  await sql.unsafe('ROLLBACK');
  await sweepTaggedRows(sql, tables, manifest.run);
}

async function rowsAfterwards({ sql, schema, tables }: Copy, { manifest }: RunData): Promise<FinalState> {
  const folder = await mkdtemp(path.join(tmpdir(), 'table-stress-replay-'));
  try {
    const file = path.join(folder, 'final-state.ndjson');
    const names = tables.tables.map(({ name }) => name);
    await writeFinalState(sql, schema, names, manifest.run, file);
    const state = await readFinalState(file);
    if (state === null) throw new TargetError('replay: the rows could not be read back');
    return state;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
