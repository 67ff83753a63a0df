import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { limitOf, migrationsWithGate } from '../../../bench/capacity/gate.ts';
import { type CapacityResult, capacityResultSchema } from '../../../contracts/capacity-result.ts';
import type { TeardownResult } from '../../../contracts/teardown-result.ts';
import { root, runProgram, start, temporaryFolder } from './program.ts';

/** One assignment at a time, 25 ms each: 40 per second. */
const gate = { kind: 'lock' as const, seconds: 0.025 };
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function argumentsFor(out: string): Promise<string[]> {
  const migrations = await migrationsWithGate(gate);
  folders.push(migrations);
  return [
    'capacity',
    '--migrations',
    migrations,
    '--slo-p95',
    '400',
    '--start-rate',
    '16',
    '--step',
    '3',
  ].concat(
    ['--min-calls', '40', '--precision', '0.5', '--repeats', '2', '--max-rate', '128', '--seed', '4'],
    ['--max-duration', '300', '--out', out],
  );
}

function resultIn(out: string): { folder: string; result: CapacityResult } {
  const [name = ''] = readdirSync(out);
  const folder = path.join(out, name);
  const text = readFileSync(path.join(folder, 'capacity.json'), 'utf8');
  return { folder, result: capacityResultSchema.parse(JSON.parse(text)) };
}

function expectNothingLeft(folder: string): void {
  const teardown = JSON.parse(readFileSync(path.join(folder, 'teardown.json'), 'utf8')) as TeardownResult;
  expect(teardown.left?.every(({ rows }) => rows === 0)).toBe(true);
  expect(teardown.isolation?.removed).toBe(true);
}

it('finds what a target with a known limit carries, and why not more', async () => {
  const out = temporaryFolder();
  const { code, stdout, stderr } = await runProgram([...(await argumentsFor(out)), '--json'], {
    patienceMs: 360_000,
  });
  expect(code, stderr + stdout).toBe(0);
  const { folder, result } = resultIn(out);
  expect(JSON.parse(stdout)).toEqual(result);

  const limit = limitOf(gate, 10);
  expect(result).toMatchObject({ ended: 'found', bound: 'measured', violation: null });
  // Above the limit nothing can hold; far below it a busy machine makes each sleep longer. Where the machine stands still
  // during a step at the lowest of these rates, that one does not hold either, and half of it is tried.
  expect(result.sustainable?.rate).toBeLessThan(limit * 1.1);
  expect(result.sustainable?.rate).toBeGreaterThanOrEqual(limit / 5.2);
  expect(result.sustainable?.high).toBeGreaterThan(result.sustainable?.rate ?? 0);
  expect(result.limit).toMatchObject({
    what: 'locks',
    criterion: expect.stringMatching(/latency|dropped|growing|rate/),
  });

  expect(result.steps.map(({ correctness }) => correctness)).toEqual(result.steps.map(() => 'pass'));
  expect(result.steps.some(({ status_lag }) => (status_lag?.reads ?? 0) > 0)).toBe(true);
  expect(result.isolated.verdict).toBe('pass');
  expectNothingLeft(folder);
  for (const file of ['capacity.html', 'capacity.md', 'manifest.json', 'steps/01/verdict.json'])
    expect(existsSync(path.join(folder, file)), file).toBe(true);

  expect(stderr).toMatch(/rows of it +\d+ seeded/);
  expect(stderr).toMatch(/bisect [\d.]+\/s \(holds [\d.]+\/s, breaks [\d.]+\/s\)/);
}, 400_000);

it.runIf(process.env.TABLE_STRESS_PROOF === 'all')(
  'Ctrl-C gives the best answer so far, after teardown',
  async () => {
    const out = temporaryFolder();
    const program = start(await argumentsFor(out));
    await program.until(/step 2 .*calls/);
    program.kill('SIGINT');
    const { code, stdout, stderr } = await program.ended;
    expect(code, stderr).toBe(130);
    const { folder, result } = resultIn(out);
    expect(result).toMatchObject({ ended: 'interrupted', exit_code: 130 });
    expect(result.steps.length).toBeGreaterThanOrEqual(1);
    expect(result.sustainable).toMatchObject({ rate: 16, confirmed: false });
    expect(stdout).toContain('not confirmed: it was interrupted');
    expectNothingLeft(folder);
    // What was under way is gone as well.
    expect(existsSync(path.join(root, 'runs', path.basename(folder)))).toBe(false);
  },
);
