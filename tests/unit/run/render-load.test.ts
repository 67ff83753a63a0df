import { expect, it } from 'vitest';
import { readThresholds } from '../../../contracts/read-thresholds.ts';
import { planUnderCeiling } from '../../../plan/ceiling.ts';
import { renderLoad } from '../../../scripts/run/render-load.ts';

const thresholds = readThresholds(new URL('../../../thresholds.json', import.meta.url).pathname);
const ceiling = thresholds.staging;
const { forecast, changes } = planUnderCeiling(
  {
    seed: 1,
    tag: 'abcdef01',
    anchor: Date.parse('2026-06-17T12:00:00Z'),
    profileName: 'quick',
    profile: thresholds.profiles.quick,
    scenarios: ['smoke', 'hot-table'],
    thresholds: {},
  },
  ceiling,
);
const view = { target: 'project abcdefghijklmnopqrst', forecast, ceiling, changes };

it('shows what will happen, in lines that fit a terminal', () => {
  const text = renderLoad({
    ...view,
    created: ['schema table_stress_abcdef01'],
    timeouts: ['statement 8 s (role authenticator)'],
  });
  expect(text).toMatchInlineSnapshot(`
    "Load on project abcdefghijklmnopqrst:

                  requests   per second   virtual users   seconds
      smoke           ≤ 69         ≤ 50               1         2
      hot-table      ≤ 640         ≤ 46              16        15
      together       ≤ 709         ≤ 50              16        16

      rate        an average; all virtual users of a round start at the same instant
      rows        968 seeded (11 restaurants, 14 zones, 77 allowed_capacities, 44 table_inventory, 10 table_adjacencies, 85 customers, 727 bookings)
                  up to 231 added by calls, and what the application's triggers write besides
      created     schema table_stress_abcdef01
      removed     what this run makes, at its end; that it is gone is part of the verdict
      time-outs   statement 8 s (role authenticator)
      ceiling     50 requests per second, 30 virtual users, 30000 rows, 900 s (staging in thresholds.json)
      stops when  more than 20 % of the last 100 calls fail because of the target, or it takes longer than 900 s
      fitted      hot-table: a round every 352 ms instead of 150 ms (at most 50 requests per second)
    "
  `);
  expect(text.endsWith('\n')).toBe(true);
});

it('leaves out what there is not', () => {
  const text = renderLoad({ ...view, changes: [], ceiling: { ...ceiling, max_error_share: 1 } });
  expect(text).not.toMatch(/fitted|created|time-outs|because of the target/);
});
