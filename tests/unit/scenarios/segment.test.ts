import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Environment } from '../../../scenarios/lib/environment.ts';
import { makeOptions, scenarioStart, startHistory } from '../../../scenarios/lib/scenario.ts';
import { placeOf, runnerOf } from '../../../scenarios/lib/segment.ts';
import { summarise } from '../../../scenarios/lib/summary.ts';
import { segment, serve } from './k6.ts';

const run = 'abcdef01';
const complete = {
  TABLE_STRESS_PLAN: 'plan.json',
  TABLE_STRESS_REST_URL: 'http://127.0.0.1:3000',
  TABLE_STRESS_SCHEMA: 'stress',
  SUPABASE_SECRET_KEY: 'sb_secret_x',
};
let lines: { runner: string; wall_ms: number }[];

beforeEach(() => {
  serve();
  lines = [];
  vi.stubGlobal('__ENV', complete);
  vi.spyOn(console, 'log').mockImplementation((line) => lines.push(JSON.parse(line)));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  segment();
});

describe('the name of a load generator', () => {
  it.each([
    ['0:1/2', '0,1/2,1', 1],
    ['1/2:1', '0,1/2,1', 2],
    ['1/4:2/4', '0,1/4,2/4,3/4,1', 2],
    // As k6 writes it back.
    ['1/4:1/2', '0,1/4,1/2,3/4,1', 2],
    ['3/4:1', '0,1/4,1/2,3/4,1', 4],
    ['2/3:1', '0,1/3,2/3,1', 3],
    ['1/3:2/3', '', 2],
    ['', '', null],
  ])('segment %s of %s is number %s', (of, sequence, place) => {
    expect(placeOf(of, sequence)).toBe(place);
  });

  it('is that of the scenario for the only one, and differs for those with a segment', () => {
    expect(runnerOf(new Environment('rush'))).toBe('rush');
    segment('1/2:1', '0,1/2,1');
    expect(runnerOf(new Environment('rush'))).toBe('rush-2');
  });

  it('stands in the first and the last line of the history, and in the summary among them', () => {
    segment('1/2:1', '0,1/2,1');
    vi.stubGlobal('__ENV', { ...complete, TABLE_STRESS_SUMMARY: '-' });
    const environment = new Environment('rush');
    startHistory(environment, run);
    const files = summarise(environment, run, { metrics: { dropped_iterations: { values: { count: 3 } } } });
    expect(lines.map(({ runner }) => runner)).toEqual(['rush-2', 'rush-2', 'rush-2']);
    expect(lines[2]).toMatchObject({
      summary: true,
      run,
      metrics: { dropped_iterations: { values: { count: 3 } } },
    });
    expect(Object.keys(files)).toEqual(['stderr']);
  });
});

describe('the agreed start', () => {
  it('is waited for, and is what rounds and arrivals count from', () => {
    const at = Date.now() + 600_000;
    vi.stubGlobal('__ENV', { ...complete, TABLE_STRESS_START: String(at) });
    const start = startHistory(new Environment('rush'), run);
    expect(start.start_at).toBe(at);
    expect(start.wall_ms + scenarioStart(start) / 1e6).toBeCloseTo(at, 3);
  });

  it('ends the test before any call when it has passed', () => {
    vi.stubGlobal('__ENV', { ...complete, TABLE_STRESS_START: String(Date.now() - 5000) });
    expect(() => startHistory(new Environment('rush'), run)).toThrow(
      /the agreed start was \d+ ms ago when rush was ready/,
    );
  });

  it('lets the set-up last as long as it is away', () => {
    vi.spyOn(Date, 'now').mockReturnValue(1_780_000_000_000);
    const options = (startAt: number | null) =>
      makeOptions({ executor: 'per-vu-iterations' }, [], { startAt });
    expect(options(null).setupTimeout).toBe('60s');
    expect(options(1_780_000_600_000).setupTimeout).toBe('660s');
  });
});
