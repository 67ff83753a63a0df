import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitScalability } from '../../../../capacity/scalability/fit.ts';
import { fitUsl } from '../../../../capacity/scalability/fit-usl.ts';
import { uslPeak, uslThroughput } from '../../../../capacity/scalability/usl.ts';
import { pointsOf, usualLevels } from './synthetic.ts';

const laws = fc.record({
  lambda: fc.double({ min: 1, max: 5000, noNaN: true }),
  sigma: fc.double({ min: 0, max: 0.6, noNaN: true }),
  kappa: fc.double({ min: 0, max: 0.02, noNaN: true }),
});

describe('the fit', () => {
  it('recovers the parameters of any law exactly from exact data', () => {
    fc.assert(
      fc.property(laws, (law) => {
        const fitted = fitUsl(pointsOf(law, { seed: 1, noise: 0, repetitions: 1 }));
        expect(fitted.lambda / law.lambda).toBeCloseTo(1, 4);
        expect(fitted.sigma).toBeCloseTo(law.sigma, 4);
        expect(fitted.kappa).toBeCloseTo(law.kappa, 5);
      }),
      { numRuns: 150, seed: 8 },
    );
  });

  it('finds the throughputs of any law within the noise', () => {
    fc.assert(
      fc.property(laws, fc.integer({ min: 1, max: 1e6 }), (law, seed) => {
        const fitted = fitUsl(pointsOf(law, { seed, noise: 0.03, repetitions: 5 }));
        for (const concurrency of usualLevels) {
          const ratio = uslThroughput(fitted, concurrency) / uslThroughput(law, concurrency);
          expect(Math.abs(ratio - 1)).toBeLessThan(0.08);
        }
        expect(fitted.sigma).toBeGreaterThanOrEqual(0);
        expect(fitted.kappa).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 60, seed: 9 },
    );
  });

  it('does not change with the unit of throughput', () => {
    const points = pointsOf({ lambda: 80, sigma: 0.2, kappa: 0.003 }, { seed: 3, noise: 0.05 });
    const [small, large] = [1, 1e6].map((unit) =>
      fitUsl(points.map((each) => ({ ...each, throughput: each.throughput * unit }))),
    );
    expect(large?.sigma).toBeCloseTo(small?.sigma ?? 0, 6);
    expect(large?.kappa).toBeCloseTo(small?.kappa ?? 0, 8);
    expect((large?.lambda ?? 0) / (small?.lambda ?? 1)).toBeCloseTo(1e6, -1);
  });

  it('has intervals that hold the true parameters about as often as they say', () => {
    const law = { lambda: 100, sigma: 0.1, kappa: 0.002 };
    const held = { sigma: 0, kappa: 0, peak: 0 };
    const rounds = 15;
    for (let seed = 1; seed <= rounds; seed += 1) {
      const { fit } = fitScalability(pointsOf(law, { seed, noise: 0.04, repetitions: 5 }), seed);
      if (fit === null) throw new Error(`refused with seed ${seed}`);
      const holds = ({ low, high }: { low: number | null; high: number | null }, value: number): number =>
        Number((low ?? Number.NaN) <= value && value <= (high ?? Number.NaN));
      held.sigma += holds(fit.sigma, law.sigma);
      held.kappa += holds(fit.kappa, law.kappa);
      held.peak += fit.peak === null ? 0 : holds(fit.peak.concurrency, uslPeak(law) ?? 0);
    }
    // Nominally 95 %; with five repetitions at each level the bootstrap is somewhat short of it.
    for (const count of Object.values(held)) expect(count).toBeGreaterThanOrEqual(0.8 * rounds);
  });

  it('gives the same intervals for the same seed, and others for another', () => {
    const points = pointsOf({ lambda: 100, sigma: 0.1, kappa: 0.002 }, { seed: 5, noise: 0.04 });
    expect(fitScalability(points, 11)).toEqual(fitScalability(points, 11));
    expect(fitScalability(points, 12).fit?.sigma).not.toEqual(fitScalability(points, 11).fit?.sigma);
  });

  it('has no interval where everything was measured once', () => {
    const points = pointsOf(
      { lambda: 100, sigma: 0.1, kappa: 0.002 },
      { seed: 5, noise: 0.01, repetitions: 1 },
    );
    const { fit } = fitScalability(points, 1);
    expect(fit?.sigma).toMatchObject({ low: null, high: null });
    expect(fit?.curve.every(({ low, high }) => low === null && high === null)).toBe(true);
  });
});

describe('the peak', () => {
  it('is where the curve is highest', () => {
    const law = { lambda: 100, sigma: 0.1, kappa: 0.002 };
    const peak = uslPeak(law) ?? 0;
    expect(peak).toBeCloseTo(Math.sqrt(0.9 / 0.002), 10);
    for (const other of [peak - 1, peak + 1])
      expect(uslThroughput(law, other)).toBeLessThan(uslThroughput(law, peak));
  });

  it('is marked as extrapolated when it lies beyond what was measured, and so is the curve there', () => {
    const law = { lambda: 100, sigma: 0.02, kappa: 0.0002 };
    const { fit } = fitScalability(pointsOf(law, { seed: 2, noise: 0.005 }), 1);
    expect(fit?.peak?.extrapolated).toBe(true);
    for (const { concurrency, extrapolated } of fit?.curve ?? []) expect(extrapolated).toBe(concurrency > 32);
    const within = fitScalability(pointsOf({ ...law, kappa: 0.01 }, { seed: 2, noise: 0.005 }), 1);
    expect(within.fit?.peak?.extrapolated).toBe(false);
  });

  it('does not exist without coherence; then there is a limit', () => {
    const { fit } = fitScalability(
      pointsOf({ lambda: 100, sigma: 0.25, kappa: 0 }, { seed: 2, noise: 0 }),
      1,
    );
    expect(fit?.peak).toBeNull();
    expect(fit?.limit).toBeCloseTo(400, 1);
  });
});

describe('no law is fitted', () => {
  const law = { lambda: 100, sigma: 0.1, kappa: 0.002 };
  const refusals: [string, ReturnType<typeof pointsOf>, RegExp][] = [
    ['to nothing', [], /0 usable levels/],
    ['to one level', pointsOf(law, { seed: 1, noise: 0, levels: [4] }), /1 usable level of/],
    ['to three levels', pointsOf(law, { seed: 1, noise: 0, levels: [1, 4, 16] }), /3 usable levels/],
    [
      'to levels that lie close together',
      pointsOf(law, { seed: 1, noise: 0, levels: [10, 11, 12, 13] }),
      /too close together \(10 to 13\)/,
    ],
    [
      'to noise',
      pointsOf((n) => [100, 180, 90, 200, 80, 190][usualLevels.indexOf(n)] ?? 0, { seed: 1, noise: 0.01 }),
      /rises, falls and rises again/,
    ],
    ['where throughput is flat', pointsOf(() => 100, { seed: 1, noise: 0.02 }), /the same at every level/],
    [
      'where repetitions differ too much',
      pointsOf(law, { seed: 4, noise: 0.6 }),
      /repetitions of one level differ|rises, falls/,
    ],
    [
      'to another shape',
      pointsOf((n) => (n < 8 ? 100 * n : 700), { seed: 1, noise: 0.002 }),
      /off the curve by more than their own spread/,
    ],
    [
      'where nothing succeeded',
      pointsOf((n) => (n > 8 ? 0 : 100 * n), { seed: 1, noise: 0 }),
      /no acknowledged assignment/,
    ],
  ];
  it.each(refusals)('%s', (_, points, reason) => {
    const { fit, refusals: found } = fitScalability(points, 1);
    expect(fit).toBeNull();
    expect(found.join('; ')).toMatch(reason);
  });

  it('but to all of many noisy systems that follow one', () => {
    for (let seed = 1; seed <= 25; seed += 1) {
      const { refusals: found } = fitScalability(pointsOf(law, { seed, noise: 0.05, repetitions: 2 }), 1);
      expect(found, `seed ${seed}`).toEqual([]);
    }
  });
});
