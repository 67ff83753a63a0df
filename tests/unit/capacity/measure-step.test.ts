import { describe, expect, it } from 'vitest';
import { measureStep } from '../../../capacity/measure-step.ts';
import { assign, calls, read } from './calls.ts';
import { noiseOf } from './simulated.ts';

const load = { duration_s: 8, dropped: 0, percentiles: [95 as const] };

describe('latency', () => {
  it('counts from the instant that a call was due, not from when it was sent', () => {
    const late = Array.from({ length: 100 }, (_, number) => {
      const due = 100 + number * 20;
      // The server takes 10 ms; the call was sent 200 ms late, because others were slow.
      return assign(number, { due, sent: due + 200, answered: due + 210 });
    });
    expect(measureStep(late, load)).toMatchObject({ p50: 210, p95: 210, start_lag_ms: 200 });
  });

  it('has its interval, and none where there are no calls', () => {
    const noise = noiseOf(3, 'uniform');
    const { intervals, p95 } = measureStep(
      calls(50, 400, () => 20 + 80 * noise()),
      load,
    );
    expect(intervals).toEqual([
      { percentile: 95, value: p95, low: expect.any(Number), high: expect.any(Number) },
    ]);
    expect(intervals[0]?.low).toBeGreaterThan(85);
    expect(intervals[0]?.high).toBeLessThan(100);
    expect(measureStep([], load)).toMatchObject({
      p95: null,
      intervals: [],
      achieved: 0,
      arrivals: 0,
      error_share: 0,
    });
  });
});

it('leaves out the warm-up, and says how long it was', () => {
  const noise = noiseOf(5, 'uniform');
  const { warm_up, p95, arrivals } = measureStep(
    calls(50, 400, (number) => (number < 60 ? 400 : 20 + 10 * noise())),
    load,
  );
  expect(warm_up.steady).toBe(true);
  expect(warm_up.arrivals).toBeGreaterThanOrEqual(60);
  expect(warm_up.arrivals).toBeLessThanOrEqual(75);
  expect(warm_up.seconds).toBeCloseTo(warm_up.arrivals / 50, 5);
  expect(arrivals).toBe(400 - warm_up.arrivals);
  expect(p95).toBeLessThan(31);
});

describe('what was answered per second', () => {
  it('is what was offered where the target keeps up, however long it takes', () => {
    for (const latency of [5, 100, 500]) {
      const noise = noiseOf(latency, 'uniform');
      const { achieved } = measureStep(
        calls(50, 400, () => latency * (0.9 + 0.2 * noise())),
        load,
      );
      expect(achieved, `${latency}`).toBeGreaterThan(48.5);
      expect(achieved, `${latency}`).toBeLessThan(51.5);
    }
  });

  it('is what the server can do where it does not', () => {
    // One server that takes 25 ms: 40 per second.
    let free = 0;
    const { achieved, growth_ms } = measureStep(
      calls(50, 400, (number) => {
        const due = 100 + number * 20;
        free = Math.max(free, due) + 25;
        return free - due;
      }),
      load,
    );
    expect(achieved).toBeGreaterThan(39);
    expect(achieved).toBeLessThan(41);
    // 8 s at 50 instead of 40 per second: two seconds behind in the end.
    expect(growth_ms).toBeGreaterThan(1500);
  });

  it('is not led astray by dropped arrivals, after which numbers lag behind', () => {
    // Every other arrival finds no virtual user; the others are answered at once, late by their number.
    const half = Array.from({ length: 200 }, (_, number) => {
      const sent = 100 + number * 40;
      return assign(number, { due: 100 + number * 20, sent, answered: sent + 10 });
    });
    const { achieved } = measureStep(half, { ...load, dropped: 200 });
    expect(achieved).toBeGreaterThan(24);
    expect(achieved).toBeLessThan(26);
  });

  it('has no errors among it', () => {
    const half = calls(50, 400, () => 10).map((call, number) =>
      number % 2 === 0
        ? call
        : assign(
            number,
            { due: 100 + number * 20, answered: 110 + number * 20 },
            { type: 'fail', class: 'overload', code: 'PGRST003', http: 504 },
          ),
    );
    const { achieved, error_share, errors } = measureStep(half, load);
    expect(achieved).toBeCloseTo(25, 0);
    expect(error_share).toBe(0.5);
    expect(errors).toEqual({ PGRST003: 200 });
  });
});

describe('errors', () => {
  it('are dropped arrivals too, and no conflicts', () => {
    const some = [
      ...calls(50, 90, () => 10),
      assign(
        90,
        { due: 1900, answered: 1910 },
        { type: 'fail', class: 'conflict', code: 'P0001', http: 400 },
      ),
      assign(91, { due: 1920, answered: 1930 }, { type: 'fail', class: 'refusal', code: 'P0002', http: 500 }),
      assign(92, { due: 1940, answered: 1950 }, { type: 'info', class: 'connection', code: null, http: 0 }),
    ];
    const measured = measureStep(some, { ...load, dropped: 7 });
    expect(measured.conflicts).toBe(1);
    expect(measured.errors).toEqual({ 'HTTP 0': 1, dropped: 7 });
    expect(measured.error_share).toBeCloseTo(8 / 100, 10);
    // Numbers lag behind after a dropped arrival, so nothing is said of when calls were sent.
    expect(measured.start_lag_ms).toBeNull();
  });
});

describe('status lag', () => {
  it('lasts from the answer to the read that saw it', () => {
    const some = [
      assign(0, { due: 100, answered: 150 }),
      read(0, 160, 'available'),
      read(0, 250, 'reserved'),
      read(0, 350, 'reserved'),
      assign(1, { due: 120, answered: 160 }),
      read(1, 170, 'reserved'),
    ];
    expect(measureStep(some, load).status_lag).toEqual({ p95_ms: 100, reads: 2, never: 0 });
  });

  it('has no end where no read saw it', () => {
    const some = [assign(0, { due: 100, answered: 150 }), read(0, 160, 'available')];
    expect(measureStep(some, load).status_lag).toEqual({ p95_ms: null, reads: 1, never: 1 });
  });

  it('is not there where nobody looked', () => {
    expect(
      measureStep(
        calls(50, 10, () => 10),
        load,
      ).status_lag,
    ).toBeNull();
  });
});
