import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { diagnosisSchema } from '../../../contracts/diagnosis.ts';
import { exploreResultSchema } from '../../../contracts/explore-result.ts';
import { manifestSchema } from '../../../contracts/manifest.ts';
import { statusMatrixSchema } from '../../../contracts/status-matrix.ts';
import { usualScenarioNames } from '../../../contracts/thresholds.ts';
import { invariantIds, verdictSchema } from '../../../contracts/verdict.ts';
import { planSchema } from '../../../plan/schema.ts';
import { descendants, survivors } from './processes.ts';
import {
  type Ended,
  runFolderIn,
  runProgram,
  start,
  temporaryFolder,
  thresholdsWith,
  withPatience,
} from './program.ts';

describe('the default run', () => {
  let ended: Ended;
  let folder: string;
  let pids: number[];

  beforeAll(async () => {
    const out = temporaryFolder();
    const program = start([
      'run',
      '--seed',
      '11',
      '--thresholds',
      thresholdsWith(withPatience),
      '--out',
      out,
    ]);
    await program.until(/seed\s+\d+ rows/);
    pids = descendants(program.pid).map((each) => each.pid);
    ended = await program.ended;
    folder = runFolderIn(out);
    expect(readlinkSync(path.join(out, 'latest'))).toBe(path.basename(folder));
  });

  const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');

  it('passes every promise and exits with 0', () => {
    const verdict = verdictSchema.parse(JSON.parse(read('verdict.json')));
    expect(ended.code, ended.stderr + ended.stdout).toBe(0);
    expect(verdict.invariants.map((result) => `${result.id}: ${result.verdict}`)).toEqual(
      invariantIds.map((id) => `${id}: pass`),
    );
    expect(verdict.not_covered).toEqual([]);
  });

  it('shows every stage, a summary of one screen, and where the report is', () => {
    for (const stage of [
      'k6',
      'target',
      'isolate',
      'seed',
      'status-matrix',
      ...usualScenarioNames,
      'teardown',
    ]) {
      expect(ended.stderr).toMatch(new RegExp(`✔ ${stage} `));
    }
    // What is not explored in time is claimed less of, and marked; the run passes all the same.
    expect(ended.stderr).toMatch(/[✔!] explore +assign-same-table: .*; assign-swapped-sets: /);
    expect(ended.stdout).toContain(`PASS  all ${invariantIds.length} promises kept`);
    expect(ended.stdout.split('\n').length).toBeLessThan(40);
    expect(ended.stdout).toContain('report.html');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is no colour is what is tested
    expect(ended.stdout + ended.stderr).not.toMatch(/\u001b\[/);
  });

  it('leaves a run folder whose files follow their schemas', () => {
    const manifest = manifestSchema.parse(JSON.parse(read('manifest.json')));
    expect(manifest).toMatchObject({ seed: 11, profile: 'quick', broken: null, failure: null });
    expect(manifest.isolation?.functions.map((each) => each.name)).toContain('assign_tables_atomic_v2');
    expect(Object.keys(manifest.versions).sort()).toEqual(['k6', 'postgresql', 'postgrest']);
    planSchema.parse(JSON.parse(read('plan.json')));
    const matrix = statusMatrixSchema.parse(JSON.parse(read('status-matrix.json')));
    expect(matrix).toMatchObject({ run: manifest.run, verdict: 'pass', schema: 'public', skipped: null });
    expect(matrix.variant?.names).toEqual(['correct']);
    const explored = exploreResultSchema.parse(JSON.parse(read('explore/explore.json')));
    expect(explored).toMatchObject({ run: manifest.run, verdict: 'pass', skipped: null, left: null });
    for (const name of ['report.html', 'report.md', 'junit.xml', 'final-state.ndjson', 'teardown.json']) {
      expect(read(name).length, name).toBeGreaterThan(100);
    }
  });

  it('contends for real: every round has a winner and many losers', () => {
    const lines = read('history/hot-table.ndjson').trim().split('\n');
    const classes = lines.map((line) => (JSON.parse(line) as { class?: string }).class);
    const winners = classes.filter((each) => each === 'ok').length;
    const losers = classes.filter((each) => each === 'conflict').length;
    const plan = planSchema.parse(JSON.parse(read('plan.json')));
    const rounds = plan.scenarios['hot-table']?.rounds ?? [];
    const slots = rounds.reduce((sum, round) => sum + new Set(round.calls.map((call) => call.slot)).size, 0);
    const calls = rounds.reduce((sum, round) => sum + round.calls.length, 0);
    expect(slots).toBeGreaterThanOrEqual(40);
    expect(winners).toBe(slots);
    expect(losers).toBe(calls - slots);
  });

  it('finds nothing to explain in an application that is right, and shows what it saw', () => {
    const diagnosis = diagnosisSchema.parse(JSON.parse(read('diagnosis.json')));
    const causes = diagnosis.findings.map(({ cause }) => cause);
    // A busy machine may make the load generator the bottleneck; that is no fault of the application.
    expect(causes.filter((cause) => cause !== 'generator-saturated')).toEqual([]);
    expect(diagnosis.not_observed).toEqual([]);
    const hot = diagnosis.scenarios.find(({ scenario }) => scenario === 'hot-table');
    expect(
      hot?.statements.some(({ query, toplevel }) => toplevel === false && query.includes('table_inventory')),
    ).toBe(true);
    // Who waits for whom is asked a moment after somebody was seen to wait, so that not every scenario has such a look.
    expect(diagnosis.scenarios.flatMap(({ waits }) => waits)).not.toEqual([]);
    expect(read('report.html')).toContain('Locks, statements and CPU of hot-table');
  });

  it('sees all three statuses at refreshed polls', () => {
    const verdict = verdictSchema.parse(JSON.parse(read('verdict.json')));
    const rule = verdict.invariants.find((result) => result.id === 'status-rule');
    for (const status of ['available', 'reserved', 'occupied']) expect(rule?.summary).toContain(status);
    expect(rule?.summary).toContain('228 of 244 cells of the matrix follow it (16 are not possible here)');
  });

  it('can be judged and reported again from its folder alone', async () => {
    const before = read('verdict.json');
    const verified = await runProgram(['verify', folder]);
    expect(verified.code, verified.stderr).toBe(0);
    expect(read('verdict.json')).toBe(before);
    const reported = await runProgram(['report', folder]);
    expect(reported.code, reported.stderr).toBe(0);
  });

  it('leaves no process behind', async () => {
    expect(pids.length).toBeGreaterThan(3);
    expect(await survivors(pids)).toEqual([]);
  });

  it('leaves nothing but the run folder', () => {
    expect(existsSync(folder)).toBe(true);
    expect(readdirSync(path.dirname(folder)).sort()).toEqual([path.basename(folder), 'latest'].sort());
  });
});

describe('other ways to run', () => {
  it('prints the verdict as JSON, and nothing else, on standard output', async () => {
    const { code, stdout, stderr } = await runProgram(['run', 'smoke', '--json', '--out', temporaryFolder()]);
    expect(code).toBe(0);
    expect(verdictSchema.parse(JSON.parse(stdout)).not_covered).toContain('status-rule');
    expect(stderr).not.toContain('status-matrix');
  });

  it('goes through the gateway when asked to', async () => {
    const { code, stdout, stderr } = await runProgram([
      'run',
      'smoke',
      'hot-table',
      '--via-gateway',
      '--out',
      temporaryFolder(),
    ]);
    expect(code, stderr + stdout).toBe(0);
  });

  it('runs twice at once without disturbing each other', async () => {
    const runs = [1, 2].map((seed) =>
      runProgram(['run', 'smoke', '--seed', String(seed), '--out', temporaryFolder()]),
    );
    for (const { code, stderr, stdout } of await Promise.all(runs)) expect(code, stderr + stdout).toBe(0);
  });
});
