import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { faultEventSchema, faultNames } from '../../../contracts/faults.ts';
import { sampled } from '../proof.ts';
import { type Ended, readVerdict, runFolderIn, runProgram, temporaryFolder, verdicts } from './program.ts';

async function run(...args: string[]): Promise<Ended & { out: string }> {
  const out = temporaryFolder();
  return { ...(await runProgram(['run', ...args, '--seed', '5', '--no-replay', '--out', out])), out };
}

function injected(out: string): string[] {
  const text = readFileSync(path.join(runFolderIn(out), 'faults.ndjson'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => faultEventSchema.parse(JSON.parse(line)))
    .filter(({ began_at, problem }) => began_at !== null && problem === null)
    .map(({ kind }) => kind);
}

describe('the correct application under faults', () => {
  it('passes, or is honestly unknown, whatever is done to the target', async () => {
    const { code, stdout, stderr, out } = await run('hot-table', 'idempotency', 'churn', 'rush', '--faults');
    const verdict = readVerdict(out);
    expect([0, 4], stderr + stdout).toContain(code);
    expect(Object.values(verdicts(verdict)), stdout).not.toContain('fail');
    // Those that rest on rows, not on answers, can be decided all the same.
    expect(verdicts(verdict)).toMatchObject({
      'acked-is-durable': 'pass',
      'no-phantom': 'pass',
      isolated: 'pass',
    });
    expect(injected(out).length).toBeGreaterThanOrEqual(4);
    expect(verdict.warnings.join('\n')).toMatch(/faults were injected into hot-table: /);
    const report = readFileSync(path.join(runFolderIn(out), 'report.html'), 'utf8');
    expect(report).toContain('Faults injected into hot-table');
  });

  it.each(sampled(faultNames, 1))('%s alone makes nothing fail', async (kind) => {
    const { code, stdout, stderr, out } = await run('hot-table', 'churn', '--faults', kind);
    expect([0, 4], stderr + stdout).toContain(code);
    expect(Object.values(verdicts(readVerdict(out))), stdout).not.toContain('fail');
    expect(injected(out)).toContain(kind);
  });
});

describe('broken applications under faults', () => {
  it.each(
    sampled(
      [
        ['no-lock-no-constraint', 'hot-table', 'no-double-booking'],
        ['key-ignored', 'idempotency', 'idempotent-replay'],
        ['partial-merge', 'merge', 'atomic-merge'],
        ['hold-ignored', 'holds', 'linearizable'],
      ] as const,
      1,
    ),
  )('%s is still caught', async (id, scenario, promise) => {
    const { code, stdout, stderr, out } = await run(scenario, '--broken', id, '--faults');
    expect(code, stderr + stdout).toBe(1);
    expect(verdicts(readVerdict(out))[promise]).toBe('fail');
  });

  it('what a crash takes away is missed', async () => {
    const { code, stdout, stderr, out } = await run(
      ...['hot-table', '--broken', 'unlogged-assignments', '--faults', 'crash'],
    );
    expect(code, stderr + stdout).toBe(1);
    expect(verdicts(readVerdict(out))['acked-is-durable']).toBe('fail');
    expect(readVerdict(out).invariants.flatMap(({ violations }) => violations)[0]?.repro).toContain(
      '--faults crash',
    );
  });
});
