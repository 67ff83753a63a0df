import { describe, expect, it } from 'vitest';
import { monthsAfter } from '../../../../capacity/forecast/calendar.ts';
import { type ForecastQuestion, forecast, judge } from '../../../../capacity/forecast/forecast.ts';
import { rangeOf, rankGains } from '../../../../capacity/forecast/gains.ts';
import { monthsUntil, runsOut } from '../../../../capacity/forecast/run-out.ts';
import type { CapacityReading } from '../../../../contracts/capacity-reading.ts';
import { forecastResultSchema } from '../../../../contracts/forecast-result.ts';
import { silent } from '../../../../contracts/progress.ts';
import { renderForecastMarkdown } from '../../../../report/capacity/forecast-markdown.ts';
import { renderForecastPage } from '../../../../report/capacity/forecast-page.ts';
import { renderForecast } from '../../../../scripts/forecast/render.ts';
import { flatProfile } from './profile.ts';

const reading = (rate: number, more: Partial<CapacityReading> = {}): CapacityReading => ({
  v: 1,
  kind: 'capacity',
  sustainable: { rate, low: rate * 0.95, high: rate * 1.05 },
  bound: 'measured',
  slice: {},
  ...more,
});

/** The same rate as all day, for less to simulate. */
const twoHours = {
  bookings_per_service: 120,
  services: [{ name: 'dinner', starts_at: '18:00', booked_within_hours: 2, arrival_curve: [1] }],
};

/** About 104 assignments per second in the busiest minute, 10 % more each month. */
function ask(capacity: CapacityReading, more: Partial<ForecastQuestion> = {}) {
  const question: ForecastQuestion = {
    profile: flatProfile({
      ...twoHours,
      restaurants: 6000,
      growth: { per_month: 0.1, spread: 0 },
      horizon_months: 12,
    }),
    capacity: { source: 'runs/base', reading: capacity },
    others: [],
    seed: 1,
    rounds: 200,
    percentile: 0.95,
    basis: 'minute',
    ...more,
  };
  return forecast(question, silent);
}

describe('a forecast', () => {
  it('says enough, when it runs out, and that this is extrapolated', () => {
    const result = ask(reading(200));
    expect(result).toMatchObject({ verdict: 'enough', exit_code: 0, deciding: 'usual' });
    expect(result.scenarios[0]?.headroom?.value).toBeCloseTo(200 / 105, 1);
    // 1.1 to the seventh is 1.95.
    expect(result.runs_out).toMatchObject({ state: 'within the horizon' });
    expect(result.runs_out.date).toMatch(/^2027-0[78]/);
    const { earliest, date, latest } = result.runs_out;
    expect([earliest, date, latest]).toEqual([earliest, date, latest].sort());
    expect(result.extrapolations.join()).toMatch(/growth of 10 % each month that nobody has seen yet/);
    expect(result.headline).toMatch(/^enough for 2027-01-01: usual asks for 10\d /);
  });

  it('says not enough where the intervals do not overlap, with exit code 99', () => {
    const result = ask(reading(80));
    expect(result).toMatchObject({ verdict: 'not enough', exit_code: 99, runs_out: { state: 'already' } });
    expect(result.headline).toMatch(/^not enough for 2027-01-01/);
  });

  it('is unknown where they do, and without a capacity, with exit code 4', () => {
    expect(ask(reading(105))).toMatchObject({ verdict: 'unknown', exit_code: 4 });
    const none = ask(reading(1, { sustainable: null }));
    expect(none).toMatchObject({
      verdict: 'unknown',
      exit_code: 4,
      runs_out: { state: 'unknown', factor: null },
    });
    expect(none.advice.join()).toMatch(/measure the capacity first/);
    expect(none.headline).toMatch(/what the target carries is not known$/);
  });

  it('does not call a capacity too small whose search broke nothing', () => {
    const result = ask(reading(80, { bound: 'at-least' }));
    expect(result).toMatchObject({ verdict: 'unknown', exit_code: 4 });
    expect(result.advice[0]).toMatch(/^search higher/);
    expect(result.extrapolations.join()).toMatch(/ended at 80 assignments per second before anything broke/);
    expect(result.runs_out.latest).toBeNull();
  });

  it('says what to measure, and never a gain that was not measured', () => {
    const result = ask(reading(200));
    expect(result.gains).toEqual([]);
    expect(result.advice.join()).toMatch(/measure the capacity again with one thing changed/);
    expect(result.advice.join()).not.toMatch(/gain [+−]/);
  });

  it('decides by the scenario that asks for most', () => {
    const profile = flatProfile({
      ...twoHours,
      restaurants: 600,
      scenarios: [
        { name: 'quiet', bookings_factor: 0.5 },
        { name: 'spot', bookings_factor: 1, spot: { at: '20:00', bookings: 20_000, decay_minutes: 5 } },
        { name: 'saturday', bookings_factor: 2 },
      ],
    });
    const result = ask(reading(30), { profile });
    expect(result.deciding).toBe('spot');
    expect(result.scenarios.map(({ verdict }) => verdict)).toEqual(['enough', 'not enough', 'enough']);
    expect(result.verdict).toBe('not enough');
    expect(result.scenarios[1]?.busiest_at).toBe('20:00');
  });

  it('by the second asks for more than by the minute', () => {
    const [minute, second] = (['minute', 'second'] as const).map((basis) => ask(reading(200), { basis }));
    expect(second?.scenarios[0]?.required.value).toBeGreaterThan(
      1.3 * (minute?.scenarios[0]?.required.value ?? 0),
    );
  });

  it('is the same for the same seed', () => {
    expect(ask(reading(200))).toEqual(ask(reading(200)));
    expect(ask(reading(200), { seed: 2 }).scenarios).not.toEqual(ask(reading(200)).scenarios);
  });
});

describe('measured gains', () => {
  const slice = { pool_size: 10, tables: 'uniform' };
  const base = { source: 'runs/base', reading: reading(100, { slice }) };
  const other = (label: string, rate: number, changes: Record<string, unknown>) => ({
    label,
    source: `runs/${label}`,
    reading: reading(rate, { slice: { ...slice, ...changes } }),
  });
  const months = [100, 110, 121, 133].map((required, month) => ({
    month,
    date: monthsAfter('2027-01-01', month),
    low: required,
    median: required,
    required,
    high: required,
  }));

  it('are ranked, with what was changed, and told apart from chance', () => {
    const gains = rankGains(
      base,
      [
        other('same', 102, {}),
        other('pool-20', 130, { pool_size: 20 }),
        other('zipf', 60, { tables: 'zipf' }),
      ],
      months,
      '2027-01-01',
    );
    expect(gains.map(({ label, state }) => [label, state])).toEqual([
      ['pool-20', 'gain'],
      ['same', 'no measurable gain'],
      ['zipf', 'loss'],
    ]);
    expect(gains[0]).toMatchObject({ changed: ['pool_size: 10 → 20'], note: null, runs_out: '2027-03-25' });
    expect(gains[0]?.gain?.value).toBeCloseTo(1.3);
    expect(gains[0]?.gain?.low).toBeCloseTo((130 * 0.95) / 105);
    expect(gains[1]?.note).toMatch(/lies in the target/);
  });

  it('of several changes at once are named as such, and unknown without a rate', () => {
    const none = { label: 'none', source: 'x', reading: reading(1, { sustainable: null, slice }) };
    const gains = rankGains(
      base,
      [none, other('both', 130, { pool_size: 20, tables: 'zipf' })],
      months,
      '2027-01-01',
    );
    expect(gains[0]?.note).toMatch(/more than one thing/);
    expect(gains[1]).toMatchObject({ label: 'none', state: 'unknown', gain: null, rate: null });
  });

  it('come first in the advice, with their interval', () => {
    const { advice } = ask(base.reading, { others: [other('pool-20', 130, { pool_size: 20 })] });
    expect(advice.join()).toMatch(
      /change pool-20 \(pool_size: 10 → 20\): measured gain \+30 % \(\+18 % to \+44 %\)/,
    );
  });
});

describe('when it runs out', () => {
  const months = [10, 20, 40].map((required, month) => ({
    month,
    date: monthsAfter('2027-01-31', month),
    low: 0,
    median: 0,
    required,
    high: 0,
  }));

  it.each([
    [5, 0],
    [10, 0],
    [15, 0.5],
    [20, 1],
    [30, 1.5],
    [50, null],
  ])('%d assignments per second last %s months', (rate, expected) => {
    if (rate === 10) expect(monthsUntil(months, rate)).toBe(0);
    else expect(monthsUntil(months, rate)).toBe(expected);
  });

  it('has no latest date without an upper end', () => {
    const found = runsOut(months, '2027-01-31', { value: 15, low: 12, high: null }, null);
    expect(found).toMatchObject({ state: 'within the horizon', latest: null });
    expect(found.earliest && found.date && found.earliest < found.date).toBe(true);
  });
});

it.each([
  [{ value: 100, low: 90, high: 110 }, { value: 50, low: 45, high: 55 }, 'enough'],
  [{ value: 100, low: 90, high: 110 }, { value: 95, low: 85, high: 105 }, 'unknown'],
  [{ value: 100, low: 90, high: 110 }, { value: 150, low: 140, high: 160 }, 'not enough'],
  [{ value: 100, low: 90, high: null }, { value: 150, low: 140, high: 160 }, 'unknown'],
  [null, { value: 150, low: 140, high: 160 }, 'unknown'],
] as const)('%o against %o is %s', (rate, required, verdict) => {
  expect(judge(rate, required)).toBe(verdict);
});

it('the upper end of a rate is open where the search broke nothing', () => {
  expect(rangeOf(reading(100, { bound: 'at-least' }))).toMatchObject({ value: 100, high: null });
});

describe('its files', () => {
  const result = {
    v: 1 as const,
    kind: 'forecast' as const,
    made_at: '2026-11-27T00:00:00.000Z',
    command: ['forecast', 'flat'],
    profile_source: 'flat',
    ...ask(reading(200, { bound: 'at-least' }), {
      others: [{ label: '<b>x</b>', source: 'runs/x', reading: reading(300) }],
      profile: flatProfile({
        ...twoHours,
        restaurants: 600,
        about: '<script>alert(1)</script>',
        growth: { per_month: 0.4, spread: 0.1 },
        horizon_months: 6,
      }),
    }),
  };

  it('keep to their schema', () => {
    expect(forecastResultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
  });

  it('show headroom, peaks and marks of extrapolation on a page without markup from data', async () => {
    const page = await renderForecastPage(result);
    expect(page).toMatch(/aria-label="Assignments per second over 6 months: .*the capacity is at least 200/);
    expect(page).toMatch(/aria-label="usual: the busiest second of a day/);
    expect(page).toMatch(/Extrapolated: the search ended at 200/);
    expect(page).toMatch(/dashed: a projection/);
    expect(page).not.toMatch(/<script>|<b>x/);
    expect(page.match(/<svg /g)).toHaveLength(2);
  });

  it('say the same in Markdown and on the terminal', () => {
    const markdown = renderForecastMarkdown(result);
    expect(markdown).toMatch(/^## ✅ Enough · forecast `flat`/);
    expect(markdown).toMatch(/\| usual \| 16:00 \| /);
    const text = renderForecast(result, { folder: 'runs/x', colour: false });
    expect(text).toMatch(/^\nENOUGH {2}enough for 2027-01-01/);
    expect(text).toMatch(/! extrapolated: /);
    expect(text.split('\n').length).toBeLessThan(24);
  });
});
