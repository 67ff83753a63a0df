import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { manifestSchema } from '../../../contracts/manifest.ts';
import { type History, readHistory } from '../../../history/read.ts';
import type { Plan } from '../../../plan/plan.ts';
import { sampled } from '../proof.ts';
import { childOf, descendants, survivors } from './processes.ts';
import {
  type Ended,
  readVerdict,
  runFolderIn,
  runProgram,
  start,
  temporaryFolder,
  thresholdsWith,
  verdicts,
  withLongLoad,
  withPatience,
} from './program.ts';

describe.each(sampled([2, 4], 1))('a run with %i load generators', (count) => {
  const out = temporaryFolder();
  let ended: Ended;
  let history: History;
  let plan: Plan;
  const read = (name: string): string => readFileSync(path.join(runFolderIn(out), name), 'utf8');

  beforeAll(async () => {
    ended = await runProgram([
      'run',
      'hot-table',
      'rush',
      '--runners',
      `${count}`,
      '--seed',
      '11',
      '--thresholds',
      thresholdsWith(withPatience),
      '--out',
      out,
    ]);
    plan = JSON.parse(read('plan.json')) as Plan;
    history = await readHistory(path.join(runFolderIn(out), 'history'), plan.tag);
  });

  it('passes every promise, as with one', () => {
    expect(ended.code, ended.stderr + ended.stdout).toBe(0);
    expect(new Set(Object.values(verdicts(readVerdict(out))))).toEqual(new Set(['pass']));
  });

  it('makes each planned call once, whoever makes it', () => {
    const inputOf = (call: {
      booking_id: string;
      table_ids: string[];
      idempotency_key: string | null;
    }): string => `${call.booking_id} ${call.table_ids} ${call.idempotency_key}`;
    const made = history.operations.flatMap((operation) =>
      operation.scenario === 'hot-table' && operation.f === 'assign' ? [inputOf(operation.input)] : [],
    );
    const planned = plan.scenarios['hot-table']?.rounds.flatMap(({ calls }) => calls.map(inputOf)) ?? [];
    expect(made.sort()).toEqual(planned.sort());
    const diners = new Map<number, string>();
    for (const { scenario, round, runner } of history.operations) {
      if (scenario !== 'rush' || !round) continue;
      expect(diners.get(round.round) ?? runner, `diner ${round.round}`).toBe(runner);
      diners.set(round.round, runner);
    }
    // One that is due at the very end may find the service over.
    const due = plan.scenarios.rush?.diners.length ?? 0;
    expect(diners.size).toBeGreaterThanOrEqual(due - count);
    expect(Math.max(...diners.keys())).toBeLessThan(due);
  });

  it('uses no process id in two of them, and every one of them made calls', () => {
    const owners = new Map<string, string>();
    for (const { scenario, runner, process } of history.operations) {
      const name = `${scenario} ${process}`;
      expect(owners.get(name) ?? runner).toBe(runner);
      owners.set(name, runner);
    }
    const runners = ['hot-table', 'rush'].flatMap((name) =>
      Array.from({ length: count }, (_, index) => `${name}-${index + 1}`),
    );
    expect([...new Set(owners.values())].sort()).toEqual(runners);
  });

  it('has one agreed instant for each round', () => {
    const rounds = new Map<number, number[]>();
    for (const { scenario, round } of history.operations) {
      if (scenario !== 'hot-table' || !round) continue;
      rounds.set(round.round, [...(rounds.get(round.round) ?? []), round.scheduled]);
    }
    // As far as the clocks of one machine can be tied to its wall clock.
    for (const scheduled of rounds.values()) {
      expect(Math.max(...scheduled) - Math.min(...scheduled)).toBeLessThan(2e6);
    }
  });

  it('has one summary and judges thresholds once, and each clock stands in the manifest', () => {
    const { load, runs } = manifestSchema.parse(JSON.parse(read('manifest.json')));
    expect(load).toEqual({ runners: count, where: 'here', collected_at: null });
    expect(runs).toHaveLength(2 * count);
    for (const { clock } of runs) expect(clock?.error_ms).toBeLessThan(5);
    const { metrics, merged_from } = JSON.parse(read('k6/hot-table.json'));
    const calls = history.operations.filter(({ scenario }) => scenario === 'hot-table').length;
    expect(merged_from).toHaveLength(count);
    expect(metrics.assign_duration.values.count).toBe(calls);
    expect(metrics.calls_begun.values.count).toBe(calls);
  });
});

describe('several load generators that do not come to their end', () => {
  it('leave, when one dies, a run that is judged over what is known, and is not passed', async () => {
    const out = temporaryFolder();
    const thresholds = thresholdsWith(withLongLoad);
    const program = start(['run', 'hot-table', '--runners', '2', '--thresholds', thresholds, '--out', out]);
    // So many that they have contended for certain; seconds of them are left.
    await program.until(/hot-table\s+[1-9]\d{2,} calls/);
    process.kill(childOf(program.pid, /--execution-segment=1\/2:1/), 'SIGKILL');
    const { code, stderr } = await program.ended;
    expect(code, stderr).toBe(4);
    const verdict = readVerdict(out);
    expect(verdict.warnings.join('\n')).toContain('was cut short for hot-table-2: k6 was ended by SIGKILL');
    const said = verdict.invariants.map(({ id, summary }) => `${id}: ${summary}`).join('\n');
    expect(verdicts(verdict), said).toMatchObject({ isolated: 'pass', 'no-double-booking': 'pass' });
    const manifest = JSON.parse(readFileSync(path.join(runFolderIn(out), 'manifest.json'), 'utf8'));
    expect(manifestSchema.parse(manifest).runs.map(({ aborted }) => aborted)).toEqual([
      null,
      'k6 was ended by SIGKILL',
    ]);
  });

  it.each(sampled([2], 0))(
    'are all ended by an interrupt, %i of them, and what they wrote is removed',
    async (count) => {
      const out = temporaryFolder();
      const thresholds = thresholdsWith(withLongLoad);
      const program = start([
        ...['run', 'hot-table', '--runners', `${count}`, '--thresholds', thresholds, '--out', out],
      ]);
      await program.until(/hot-table\s+\d+ calls/);
      const pids = descendants(program.pid).map(({ pid }) => pid);
      program.kill('SIGINT');
      const { code, stderr } = await program.ended;
      expect(code, stderr).toBe(130);
      expect(stderr).toMatch(/rows deleted, 0 left/);
      expect(await survivors(pids)).toEqual([]);
    },
  );
});
