import { describe, expect, it } from 'vitest';
import { alignClocks } from '../../../history/align.ts';
import { recordedOf } from '../../../history/columns/recorded.ts';
import { type ClockAnchor, OPERATION_VERSION, type Operation } from '../../../history/operation.ts';
import { RealTime } from '../../../verify/real-time.ts';

const run = 'abcdef01';

function anchorOf(runner: string, wall_ms: number, error_ms: number): [string, ClockAnchor] {
  return [runner, { v: OPERATION_VERSION, anchor: true, run, runner, wall_ms, error_ms }];
}

function read(runner: string, scenario: string, t0: number): Operation {
  return {
    ...{ v: OPERATION_VERSION, run, runner, process: 0, index: 0, scenario },
    ...{ type: 'ok', class: 'ok', code: null, http: 200, retry: 0 },
    ...{ f: 'status', input: { table_ids: [] }, value: {}, t0, t1: t0 + 1_000_000 },
    round: { round: 0, slot: null, scheduled: t0 },
  } as Operation;
}

describe('clocks of several load generators', () => {
  const operations = [read('rush-1', 'rush', 5_000_000), read('rush-2', 'rush', 2_000_000)];
  const anchors = new Map([anchorOf('rush-1', 1000, 0.25), anchorOf('rush-2', 1004.5, 3)]);
  const before = new RealTime(new Map(anchors)).wall('rush-2', 2_000_000)?.ms;
  alignClocks(recordedOf(operations), anchors);
  const time = new RealTime(anchors);

  it('count from one zero, and mean the same wall time as before', () => {
    expect(operations.map(({ t0 }) => t0)).toEqual([5_000_000, 6_500_000]);
    expect(operations.map(({ t1 }) => t1)).toEqual([6_000_000, 7_500_000]);
    expect(operations[1]?.round?.scheduled).toBe(6_500_000);
    expect(time.wall('rush-2', 6_500_000)?.ms).toBe(before);
  });

  it('keep their errors, which are what instants of two of them may be apart', () => {
    expect(time.margin('rush-1', 'rush-1')).toBe(0);
    expect(time.margin('rush-1', 'rush-2')).toBe(3_250_000);
    expect(time.margin('rush-1', 'nobody')).toBe(Number.POSITIVE_INFINITY);
  });

  it('stay as they are where each scenario has its own, and are then not compared', () => {
    const own = [read('rush', 'rush', 5), read('merge', 'merge', 2)];
    const zeros = new Map([anchorOf('rush', 1000, 0), anchorOf('merge', 2000, 0)]);
    alignClocks(recordedOf(own), zeros);
    expect(own.map(({ t0 }) => t0)).toEqual([5, 2]);
    expect(new RealTime(zeros).margin('rush', 'merge')).toBe(Number.POSITIVE_INFINITY);
  });
});
