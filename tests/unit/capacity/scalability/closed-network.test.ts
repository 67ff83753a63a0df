import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { solveClosedNetwork } from '../../../../capacity/scalability/closed-network.ts';
import {
  effectiveServers,
  networkCurve,
  poolNetwork,
  singleTurn,
} from '../../../../capacity/scalability/queueing.ts';
import { pointsOf } from './synthetic.ts';

/**
 * The same network as a birth and death process (machine repairman model, M/M/c//N), solved by its balance equations:
 * `p(k+1) = p(k) · (N−k)/Z · S/min(k+1, c)`.
 */
function balance(callers: number, servers: number, service: number, delay: number): number {
  const weights = [1];
  for (let present = 0; present < callers; present += 1) {
    const last = weights[present] ?? 0;
    weights.push((last * ((callers - present) / delay) * service) / Math.min(present + 1, servers));
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const thinking = weights.reduce((sum, weight, present) => sum + (weight / total) * (callers - present), 0);
  return thinking / delay;
}

describe('mean value analysis', () => {
  it('agrees with the balance equations of the same network', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 20 }),
        fc.double({ min: 0.001, max: 0.1, noNaN: true }),
        fc.double({ min: 0.001, max: 0.1, noNaN: true }),
        (callers, servers, service_s, delay_s) => {
          const state = solveClosedNetwork({ servers, service_s, delay_s }, callers).at(-1);
          const exact = balance(callers, servers, service_s, delay_s);
          expect((state?.throughput ?? 0) / exact).toBeCloseTo(1, 9);
        },
      ),
      { numRuns: 300, seed: 4 },
    );
  });

  it('never queues while there are servers for all', () => {
    for (const { concurrency, throughput } of solveClosedNetwork(
      { servers: 8, service_s: 0.02, delay_s: 0.03 },
      8,
    ))
      expect(throughput).toBeCloseTo(concurrency / 0.05, 8);
  });

  it('is served one after the other by one server without delay', () => {
    for (const { throughput } of solveClosedNetwork({ servers: 1, service_s: 0.02, delay_s: 0 }, 30))
      expect(throughput).toBeCloseTo(50, 8);
  });

  it('keeps the laws of Little and of utilisation, and never passes its bounds', () => {
    const network = { servers: 10, service_s: 0.02, delay_s: 0.01 };
    let before = 0;
    for (const { concurrency, throughput, residence_s } of solveClosedNetwork(network, 200)) {
      expect(throughput * (residence_s + network.delay_s)).toBeCloseTo(concurrency, 6);
      expect(throughput).toBeLessThanOrEqual(Math.min(concurrency / 0.03, 500) + 1e-6);
      expect(throughput).toBeGreaterThanOrEqual(before * (1 - 1e-12));
      before = throughput;
    }
    expect(before).toBeCloseTo(500, 6);
  });
});

describe('the queueing model of a pool', () => {
  const turn = { turn_s: 0.02, service_s: 0.012 };

  it('takes its service time from one caller by the utilisation law', () => {
    const points = [{ concurrency: 1, throughput: 50 }];
    const found = singleTurn(points, 0.6);
    expect(found?.turn_s).toBeCloseTo(0.02);
    expect(found?.service_s).toBeCloseTo(0.012);
    expect(singleTurn(points, null)?.service_s).toBeCloseTo(0.02);
    expect(singleTurn([{ concurrency: 2, throughput: 50 }], 0.6)).toBeNull();
  });

  it.each([1, 2, 3, 5, 10])('finds %d servers where there were so many', (servers) => {
    const curve = networkCurve(poolNetwork(turn, servers), 32);
    const points = pointsOf(curve, { seed: servers, noise: 0.01 });
    expect(effectiveServers(points, turn)).toBe(servers);
  });
});
