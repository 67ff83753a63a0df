import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exploreResultSchema } from '../../../contracts/explore-result.ts';
import { applyBroken } from '../../../reference/broken.ts';
import { writeConnection } from '../../../target/attach.ts';
import type { EmbeddedSupabase } from '../../../target/embedded.ts';
import { readVerdict, runFolderIn, runProgram, start, temporaryFolder } from '../run/program.ts';
import { startTarget } from './explored.ts';

/** The command as a user starts it, on a target whose application has a defect. */
let target: EmbeddedSupabase;
let connection: string;

beforeAll(async () => {
  target = await startTarget();
  const sql = postgres(target.databaseUrl, { max: 1, onnotice: () => {} });
  await applyBroken(sql, 'no-lock-no-constraint');
  await sql.end();
  connection = path.join(temporaryFolder(), 'target.json');
  await writeConnection(connection, target);
});

afterAll(async () => {
  await target?.stop();
});

async function expectNothingLeft(databaseUrl = target.databaseUrl): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  const left = await sql`
    select nspname as name from pg_namespace where nspname like 'table_stress%'
    union all select rolname from pg_roles where rolname like 'table_stress%'`;
  await sql.end();
  expect(left).toEqual([]);
}

function caseFile(content: unknown): string {
  const file = path.join(temporaryFolder(), 'cases.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
}

const walkIn = {
  name: 'walk-in',
  about: 'A table is looked at while it is assigned.',
  tables: { t1: {} },
  bookings: { a: {} },
  calls: [
    { assign: { booking: 'a', tables: ['t1'] } },
    { sql: "select to_json(count(*)) as body from allocations where resource_id = '{table t1}'" },
  ],
};

describe('bad usage', () => {
  it.each<[string[], RegExp]>([
    [['no-such-case'], /there is no case "no-such-case"\n.*assign-same-table/],
    [['--preemptions', 'few'], /--preemptions few: is not a whole number/],
    [['--jobs', '2', '--target', 'target.json'], /--jobs works on the local target only/],
    [['--cases', caseFile({ cases: [] })], /--cases .*cases\.json: [\s\S]*cases/],
    [
      [
        '--cases',
        caseFile({ cases: [{ ...walkIn, calls: [{ assign: { booking: 'a' } }, { refresh: 't1' }] }] }),
      ],
      /calls[\s\S]*docs\/explore\.md says what it must hold/,
    ],
    [
      ['--cases', caseFile({ cases: [{ ...walkIn, calls: [{ refresh: 't2' }, { refresh: 't1' }] }] })],
      /case walk-in: .*table "t2" that it does not have/,
    ],
    [['--replay', 'nowhere.json'], /--replay nowhere\.json: cannot be read as JSON/],
  ])('%j', async (args, line) => {
    const { code, stdout, stderr } = await runProgram(['explore', ...args, '--out', temporaryFolder()]);
    expect(code, stdout + stderr).toBe(2);
    expect(stderr).toMatch(line);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe('on a target with a defect', () => {
  it('finds it, and runs the very schedule again', async () => {
    const out = temporaryFolder();
    const args = ['explore', 'assign-same-table', '--preemptions', '1', '--target', connection];
    const { code, stdout, stderr } = await runProgram([...args, '--json', '--out', out]);
    expect(code, stderr).toBe(1);
    const { cases, verdict } = exploreResultSchema.parse(JSON.parse(stdout));
    const finding = cases[0]?.findings.find(({ promise }) => promise === 'no-double-booking');
    expect(verdict).toBe('fail');
    expect(finding?.preemptions).toBe(1);
    const folder = runFolderIn(out);
    for (const name of ['explore.json', 'explore.html', finding?.repro ?? 'repro']) {
      expect(existsSync(path.join(folder, name)), name).toBe(true);
    }
    expect(finding?.command).toContain(`--target ${connection}`);
    const [, file = ''] = /--replay (\S+)/.exec(finding?.command ?? '') ?? [];
    const again = await runProgram(['explore', '--replay', file, '--target', connection, '--times', '5']);
    expect(again.code, again.stderr).toBe(1);
    expect(again.stdout).toMatch(/^FAIL {2}no-double-booking was broken in 5 of 5 runs/m);
    expect(again.stdout).toMatch(/the same steps in 5, the same answers and rows in 5/);
    await expectNothingLeft();
  });

  it('is found beside a load that does not show it, and fails the run', async () => {
    const out = temporaryFolder();
    const args = ['run', 'smoke', '--explore', '60', '--target', connection, '--out', out];
    const { code, stdout, stderr } = await runProgram(args);
    expect(code, stdout + stderr).toBe(1);
    const verdict = readVerdict(out);
    expect(verdict.explored?.cases.map(({ name }) => name)).toEqual([
      'assign-same-table',
      'assign-swapped-sets',
    ]);
    const broken = verdict.invariants.find(({ id }) => id === 'no-double-booking');
    expect(broken?.violations[0]?.title).toMatch(/^in an interleaving of assign-/);
    expect(broken?.violations[0]?.repro).toMatch(/^npm run stress -- explore --replay .*\/explore\/assign-/);
    const folder = runFolderIn(out);
    expect(readFileSync(path.join(folder, 'report.html'), 'utf8')).toContain('id="interleavings"');
    expect(readFileSync(path.join(folder, 'junit.xml'), 'utf8')).toContain(
      'name="explore assign-same-table"',
    );
    expect(verdict.invariants.find(({ id }) => id === 'isolated')?.verdict).toBe('pass');
    await expectNothingLeft();
  });

  it('says what is known when it is interrupted, and leaves nothing', async () => {
    const program = start([
      // In all orders there are far more schedules than anybody waits for.
      ...['explore', 'assign-other-restaurants', 'assign-other-zones', '--preemptions', 'all'],
      ...['--no-reduction', '--target', connection, '--out', temporaryFolder()],
    ]);
    await program.until(/ 0 preemptions +4 schedules/);
    program.kill('SIGINT');
    const { code, stdout, stderr } = await program.ended;
    expect(code, stderr).toBe(130);
    expect(stdout).toMatch(/^INTERRUPTED {2}no promise broken so far, 0 of 2 cases done; \d+ schedules/m);
    expect(stdout).not.toMatch(/^PASS/m);
    expect(stdout).toContain('interrupted: what is said holds of the schedules that were run');
    expect(stderr).toMatch(/✔ removal/);
    await expectNothingLeft();
  });
});

it('leaves nothing of a run that is interrupted while it explores a correct application', async () => {
  const correct = await startTarget();
  try {
    const file = path.join(temporaryFolder(), 'target.json');
    await writeConnection(file, correct);
    const out = temporaryFolder();
    const program = start(['run', 'smoke', '--explore', '90', '--target', file, '--out', out]);
    await program.until(/^ {2}explore +.* preemptions/m);
    program.kill('SIGINT');
    const { code, stderr } = await program.ended;
    expect(code, stderr).toBe(130);
    expect(readVerdict(out)).toMatchObject({
      verdict: 'unknown',
      exit_code: 130,
      explored: { verdict: 'unknown' },
    });
    await expectNothingLeft(correct.databaseUrl);
  } finally {
    await correct.stop();
  }
});

it('explores cases of a file, in two databases side by side', async () => {
  const file = caseFile({ cases: [walkIn, { ...walkIn, name: 'walk-in-again' }] });
  const out = temporaryFolder();
  const { code, stdout, stderr } = await runProgram([
    ...['explore', '--cases', file, '--jobs', '2', '--preemptions', 'all', '--out', out],
  ]);
  expect(code, stdout + stderr).toBe(0);
  const { cases, interrupted } = exploreResultSchema.parse(
    JSON.parse(readFileSync(path.join(runFolderIn(out), 'explore.json'), 'utf8')),
  );
  expect(interrupted).toBe(false);
  expect(cases.map(({ name, claim, schedules }) => [name, claim.kind, schedules])).toEqual([
    ['walk-in', 'all', cases[0]?.schedules],
    ['walk-in-again', 'all', cases[0]?.schedules],
  ]);
  expect(cases[0]?.schedules).toBeGreaterThanOrEqual(2);
});
