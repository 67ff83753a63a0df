import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clockAnchorSchema, runnerEndSchema } from '../../../history/schema.ts';
import { Environment } from '../../../scenarios/lib/environment.ts';
import { loadPlan } from '../../../scenarios/lib/plan.ts';
import { makeOptions, startHistory } from '../../../scenarios/lib/scenario.ts';
import { summarise } from '../../../scenarios/lib/summary.ts';
import { serve } from './k6.ts';

const run = 'abcdef01';
let lines: unknown[];

beforeEach(() => {
  serve();
  lines = [];
  vi.spyOn(console, 'log').mockImplementation((line) => lines.push(JSON.parse(line)));
  vi.stubGlobal('__ENV', {
    TABLE_STRESS_PLAN: 'plan.json',
    TABLE_STRESS_REST_URL: 'http://127.0.0.1:3000',
    TABLE_STRESS_SCHEMA: 'stress',
    SUPABASE_SECRET_KEY: 'sb_secret_x',
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

it('every threshold is paired with a number of samples: k6 passes a metric without data', () => {
  const { thresholds } = makeOptions(
    { executor: 'shared-iterations' },
    [
      { metric: 'assign_duration', conditions: ['p(95)<2000', 'max<9000'], at_least: 40 },
      { metric: 'status_duration', conditions: ['p(95)<100'], at_least: 7 },
    ],
    { startAt: null },
  );
  expect(thresholds).toEqual({
    assign_duration: ['p(95)<2000', 'max<9000'],
    assign_samples: ['count>=40'],
    status_duration: ['p(95)<100'],
    status_samples: ['count>=7'],
    dropped_iterations: ['count==0'],
  });
});

it('the history begins with the anchor of the clock', () => {
  startHistory(new Environment('smoke'), run);
  expect(lines.map((line) => clockAnchorSchema.parse(line))).toMatchObject([{ run, runner: 'smoke' }]);
});

it('a target that is not fully named ends the test before any load', () => {
  vi.stubGlobal('__ENV', { TABLE_STRESS_PLAN: 'plan.json' });
  expect(() => startHistory(new Environment('smoke'), run)).toThrow(/TABLE_STRESS_REST_URL is not set/);
  expect(lines).toEqual([]);
});

describe('the end of a test', () => {
  const metrics = {
    calls_begun: { values: { count: 9 } },
    assign_samples: { values: { count: 5 } },
    status_samples: { values: { count: 2 } },
  };

  it.each([
    [metrics, 9, 7],
    [{}, 0, 0],
  ])('writes how many calls were begun and recorded: %j', (of, begun, recorded) => {
    summarise(new Environment('smoke'), run, { metrics: of });
    expect(lines.map((line) => runnerEndSchema.parse(line))).toEqual([
      { v: 1, end: true, run, runner: 'smoke', begun, recorded },
    ]);
  });

  it('puts the figures where it was told, and a line on the terminal otherwise', () => {
    expect(summarise(new Environment('smoke'), run, { metrics })).toEqual({
      stderr: '7 calls recorded by smoke\n',
    });
    vi.stubGlobal('__ENV', { TABLE_STRESS_PLAN: 'plan.json', TABLE_STRESS_SUMMARY: 'k6/smoke.json' });
    const files = summarise(new Environment('smoke'), run, { metrics });
    expect(JSON.parse(files['k6/smoke.json'] ?? '')).toEqual({
      v: 1,
      summary: true,
      run,
      runner: 'smoke',
      metrics,
    });
  });
});

describe('the plan', () => {
  const plan = {
    tag: run,
    thresholds: { smoke: [{ metric: 'assign_duration', conditions: ['max<1'], at_least: 1 }] },
    scenarios: { smoke: { settings: { repetitions: 2 }, sequences: [['a'], ['b']] } },
  };
  beforeEach(() => {
    vi.stubGlobal('open', () => JSON.stringify(plan));
  });

  it('of a scenario is its settings, thresholds and lists', () => {
    const { list, ...head } = loadPlan('plan.json', 'smoke');
    expect(head).toEqual({
      tag: run,
      thresholds: plan.thresholds.smoke,
      settings: { repetitions: 2 },
      min_interval_ms: 0,
    });
    expect(list('sequences', (smoke) => smoke.sequences)).toEqual([['a'], ['b']]);
  });

  it('lacks a scenario that was not planned', () => {
    expect(() => loadPlan('plan.json', 'hot-table')).toThrow(
      'plan.json: holds no plan for the scenario hot-table',
    );
  });
});
