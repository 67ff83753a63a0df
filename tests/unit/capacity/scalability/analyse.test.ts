import { describe, expect, it } from 'vitest';
import { analyseScalability, unusable } from '../../../../capacity/scalability/analyse.ts';
import { compareModels } from '../../../../capacity/scalability/compare-models.ts';
import { findLimits, plateauOf } from '../../../../capacity/scalability/limits.ts';
import { networkCurve, poolNetwork, singleTurn } from '../../../../capacity/scalability/queueing.ts';
import type { ScalabilityMeasurement } from '../../../../contracts/scalability-result.ts';
import { measurementOf, pointsOf } from './synthetic.ts';

const law = { lambda: 100, sigma: 0.1, kappa: 0.004 };
const measured = (
  more: (concurrency: number) => Partial<ScalabilityMeasurement> = () => ({}),
): ScalabilityMeasurement[] =>
  pointsOf(law, { seed: 2, noise: 0.01 }).map((point, index) =>
    measurementOf(point, { repetition: (index % 3) + 1, ...more(point.concurrency) }),
  );
const question = { poolSize: 10, cores: 2, seed: 1 };

describe('an analysis', () => {
  it('passes with a law where every promise was kept', () => {
    const result = analyseScalability({ ...question, measurements: measured() });
    expect(result).toMatchObject({ verdict: 'pass', exit_code: 0, best: 'usl', refusals: [], left_out: [] });
    expect(result.headline).toMatch(
      /^throughput is highest with 15 processes, at \d+ assignments per second/,
    );
  });

  it('fails with a broken promise at any level, and leaves that level out', () => {
    const measurements = measured((n) =>
      n === 4 ? { verdict: 'fail', headline: '1 promise is broken: no-double-booking' } : {},
    );
    const result = analyseScalability({ ...question, measurements });
    expect(result).toMatchObject({ verdict: 'fail', exit_code: 1 });
    expect(result.headline).toMatch(/with 4 processes: 1 promise is broken/);
    expect(result.left_out).toHaveLength(3);
  });

  it('is unknown without a law, and where a level has no verdict', () => {
    const few = measured().filter(({ concurrency }) => concurrency <= 4);
    expect(analyseScalability({ ...question, measurements: few })).toMatchObject({ fit: null, exit_code: 4 });
    const open = measured((n) => (n === 1 ? { verdict: 'unknown' } : {}));
    expect(analyseScalability({ ...question, measurements: open })).toMatchObject({ exit_code: 4 });
  });

  it('says so when the load generator was the limit at the levels that matter, and fits nothing then', () => {
    const measurements = measured((n) => (n >= 8 ? { generator_cpu: 0.95 } : {}));
    const result = analyseScalability({ ...question, measurements });
    expect(result.fit).toBeNull();
    expect(result.refusals.join()).toMatch(/3 usable levels/);
    expect(result.warnings.join()).toMatch(/9 of 18 measurements are left out.*it measured itself/);
  });

  it('warns of a machine that others used', () => {
    const measurements = measured(() => ({ machine_cpu: 0.9 }));
    expect(analyseScalability({ ...question, measurements }).warnings.join()).toMatch(
      /something else used the machine in 18 of 18/,
    );
  });

  it('does not throw on nothing', () => {
    expect(analyseScalability({ ...question, measurements: [] })).toMatchObject({
      fit: null,
      verdict: 'unknown',
      exit_code: 4,
      best: null,
    });
  });
});

it.each([
  ['a broken promise', { verdict: 'fail' }, /promise was broken/],
  ['a busy generator', { generator_cpu: 0.92 }, /measured itself/],
  ['processes without a call', { in_flight_share: 0.6 }, /60 % of the time/],
  ['failed calls', { errors: { overload: 100 } }, /of the calls failed/],
  ['nothing to complain about', {}, null],
] as const)('what a measurement with %s is worth', (_, more, reason) => {
  const found = unusable(measurementOf({ concurrency: 4, throughput: 100 }, more));
  if (reason === null) expect(found).toBeNull();
  else expect(found).toMatch(reason);
});

describe('models', () => {
  it('prefer the queue where data come from it, and the law where they come from that', () => {
    const turn = { turn_s: 0.02, service_s: 0.012 };
    const queue = networkCurve(poolNetwork(turn, 10), 32);
    const busy = 0.6;
    const fromQueue = pointsOf(queue, { seed: 1, noise: 0.01 });
    expect(compareModels(fromQueue, singleTurn(fromQueue, busy), 10).best).toMatch(/pool|servers/);
    const fromLaw = pointsOf(law, { seed: 1, noise: 0.01 });
    expect(compareModels(fromLaw, singleTurn(fromLaw, busy), 10).best).toBe('usl');
  });

  it('have no queue without a measurement of one caller', () => {
    const points = pointsOf(law, { seed: 1, noise: 0.01, levels: [2, 4, 8, 16] });
    expect(compareModels(points, null, 10).models.map(({ name }) => name)).toEqual(['usl']);
  });
});

describe('what limits', () => {
  const limitsOf = (more: Partial<ScalabilityMeasurement>) =>
    Object.fromEntries(
      findLimits({ ...question, measurements: measured(() => more), fit: null, best: null }).map(
        ({ part, state }) => [part, state],
      ),
    );

  it.each([
    ['locks', { waiting_for_lock: 8 }, 'contention', 'limits'],
    ['some locks', { waiting_for_lock: 4 }, 'contention', 'contributes'],
    ['the database', { machine_cpu: 0.95, database_cpu: 0.6 }, 'database-cpu', 'limits'],
    ['a part of the database', { machine_cpu: 0.95, database_cpu: 0.2 }, 'database-cpu', 'contributes'],
    ['an idle machine', { machine_cpu: 0.5, database_cpu: 0.4 }, 'database-cpu', 'not seen'],
    ['the pool', { pool_exhausted_share: 0.8 }, 'pool', 'limits'],
    ['time-outs of the pool', { pool_timeouts: 1 }, 'pool', 'limits'],
    ['the generator', { machine_cpu: 0.95, generator_cpu: 0.5 }, 'generator', 'limits'],
    ['nothing of the database', { waiting_for_lock: null }, 'contention', 'not observed'],
    ['no processors', { database_cpu: null }, 'database-cpu', 'not observed'],
    ['no pool', { pool_exhausted_share: null }, 'pool', 'not observed'],
    ['no generator', { generator_cpu: null }, 'generator', 'not observed'],
  ] as const)('%s', (_, more, part, state) => {
    expect(limitsOf(more)[part]).toBe(state);
  });

  it('is looked for from where throughput stops growing', () => {
    const levels = new Set(plateauOf(measured()).map(({ concurrency }) => concurrency));
    expect([...levels]).toEqual([16, 32]);
  });

  it('is coherence only where κ is surely above zero', () => {
    const state = (kappa: number): string | undefined => {
      const points = pointsOf({ ...law, kappa }, { seed: 2, noise: 0.02 });
      const result = analyseScalability({
        ...question,
        measurements: points.map((each) => measurementOf(each)),
      });
      return result.limits.find(({ part }) => part === 'coherence')?.state;
    };
    expect(state(0.004)).toBe('limits');
    expect(state(0)).toBe('not seen');
  });

  it('is no coherence where a queue for the pool explains the knee', () => {
    // Of a real run, one of whose calls keeps its connection for 100 ms: 10 connections carry 100 per second.
    const curve = [8.9, 17.9, 36.3, 69.9, 89.3, 89];
    const measurements = curve.flatMap((throughput, index) =>
      [0.99, 1.01].map((noise) =>
        measurementOf(
          { concurrency: 2 ** index, throughput: throughput * noise },
          { busy_connections: 0.9, pool_exhausted_share: 0.7 },
        ),
      ),
    );
    const { fit, best, limits, headline } = analyseScalability({ ...question, measurements });
    expect(fit?.kappa.low).toBeGreaterThan(0);
    expect(best).toMatch(/pool|servers/);
    expect(limits.find(({ part }) => part === 'coherence')).toMatchObject({
      state: 'not seen',
      evidence: expect.stringContaining('a queue explains the measurements better'),
    });
    expect(headline).toContain('what limits: connections of the pool');
  });
});
