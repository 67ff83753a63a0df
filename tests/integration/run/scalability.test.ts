import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ScalabilityResult, scalabilityResultSchema } from '../../../contracts/scalability-result.ts';
import type { TeardownResult } from '../../../contracts/teardown-result.ts';
import type { Verdict } from '../../../contracts/verdict.ts';
import { type Ended, runFolderIn, runProgram, temporaryFolder } from './program.ts';

/** One measurement of three small levels: too few for a law, which it has to say. */
describe('scalability on the embedded target', () => {
  let ended: Ended;
  let folder: string;
  let result: ScalabilityResult;
  const read = <T>(...names: string[]): T =>
    JSON.parse(readFileSync(path.join(folder, ...names), 'utf8')) as T;

  beforeAll(async () => {
    const out = temporaryFolder();
    const slice = ['--tables', 'zipf', '--merged', '0.25', '--conflicts', '0.2', '--pool-size', '3'];
    const size = ['--concurrency', '1,2,6', '--repetitions', '1', '--duration', '2', '--warm-up', '0.5'];
    ended = await runProgram(['scalability', ...slice, ...size, '--seed', '5', '--json', '--out', out]);
    folder = runFolderIn(out);
    result = scalabilityResultSchema.parse(JSON.parse(ended.stdout));
  });

  it('measures each level, and refuses a law with the reason and its exit code', () => {
    expect(ended.code, ended.stderr).toBe(4);
    expect(result.measurements.map(({ concurrency }) => concurrency)).toEqual([1, 2, 6]);
    for (const each of result.measurements) {
      expect(each.throughput).toBeGreaterThan(0);
      expect(each.in_flight_share).toBeGreaterThan(0.3);
      expect(each.conflict_share).toBeGreaterThan(0.1);
      expect(each.conflict_share).toBeLessThan(0.3);
      expect(each.errors).toEqual({});
      expect(each.busy_connections).not.toBeNull();
      expect(each.generator_cpu).not.toBeNull();
    }
    expect(result.fit).toBeNull();
    expect(result.refusals.join()).toMatch(/usable levels? of concurrency cannot test a curve/);
    expect(result.slice.pool_size).toBe(3);
  });

  it('keeps every promise at every level, with a verdict that stands in its own run folder', () => {
    expect(result.verdict).toBe('pass');
    for (const each of result.measurements) {
      const verdict = read<Verdict>(each.folder, 'verdict.json');
      expect(verdict.verdict).toBe('pass');
      expect(verdict.invariants.map(({ id }) => id)).toContain('justified-rejection');
    }
  });

  it('leaves no row behind after any level, and no clone in the end', () => {
    const left = (teardown: TeardownResult): number =>
      (teardown.left ?? [{ rows: 1 }]).reduce((sum, { rows }) => sum + rows, 0);
    for (const each of result.measurements) expect(left(read(each.folder, 'teardown.json'))).toBe(0);
    const clone = read<TeardownResult>('clone', 'teardown.json');
    expect(left(clone)).toBe(0);
    expect(clone.isolation).toMatchObject({ removed: true, problems: [] });
  });

  it('writes its result for machines and people', () => {
    expect(readdirSync(folder).sort()).toEqual([
      'clone',
      'levels',
      'scalability.html',
      'scalability.json',
      'scalability.md',
    ]);
    expect(read('scalability.json')).toEqual(result);
  });
});
