import { expect, it } from 'vitest';
import type { SituationAllocation } from '../../../contracts/status-matrix.ts';
import { planCases, timezones } from '../../../status-matrix/cases.ts';
import { planWalks } from '../../../status-matrix/walks.ts';
import { summer } from './situations.ts';

const winter = Date.parse('2026-01-15T12:00:00Z');
const cases = planCases(summer);

it('the same moment gives the same cases; another one changes nothing but offsets', () => {
  expect(planCases(summer)).toEqual(cases);
  const ids = (moment: number): string[] => planCases(moment).map(({ id }) => id);
  expect(ids(winter)).toEqual(ids(summer));
  const zones = new Set<string>(timezones);
  const plain = (moment: number) => planCases(moment).filter(({ timezone }) => !zones.has(timezone));
  expect(plain(winter)).toEqual(plain(summer));
});

it('covers every group, each case once', () => {
  const groups: Record<string, number> = {};
  for (const { group } of cases) groups[group] = (groups[group] ?? 0) + 1;
  expect(groups).toMatchInlineSnapshot(`
    {
      "cancelled": 2,
      "checked in": 5,
      "end of a window": 4,
      "maintenance": 7,
      "merge group": 4,
      "no allocation": 1,
      "one window": 5,
      "overlapping windows": 4,
      "several windows": 6,
      "shadow": 4,
      "start of a window": 3,
      "time zones": 16,
    }
  `);
  expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
  expect(new Set(cases.map(({ title }) => title)).size).toBe(cases.length);
  for (const { id } of cases) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
});

it('windows end after they begin, and live ones of a table overlap only where a case says so', () => {
  for (const { id, allocations, overlapping } of cases) {
    for (const { from_us, to_us } of allocations) expect(from_us, id).toBeLessThan(to_us);
    expect(overlap(allocations), id).toBe(overlapping);
  }
});

it('an allocation has a booking, or is maintenance', () => {
  for (const { allocations } of cases)
    for (const { booking, maintenance } of allocations) expect(booking === null).toBe(maintenance);
});

it('walks bring about each previous status, and cross two changes of the clocks in each of three zones', () => {
  const walks = planWalks(summer);
  const steps = walks.reduce((sum, walk) => sum + walk.steps.length, 0);
  expect([walks.length, steps]).toEqual([cases.length * 4 + 6, cases.length * 4 + 6 * 12]);
  for (const { case: one } of walks) {
    const all = [...one.earlier, ...one.allocations];
    if (!one.overlapping) expect(overlap(all), one.id).toBe(false);
  }
  expect(
    walks.filter(({ previous }) => previous === null).map(({ case: one, base }) => [one.id, iso(base)]),
  ).toMatchInlineSnapshot(`
      [
        [
          "clocks-back-london",
          "2026-10-25T01:00:00.000Z",
        ],
        [
          "clocks-forward-london",
          "2027-03-28T01:00:00.000Z",
        ],
        [
          "clocks-back-los-angeles",
          "2026-11-01T09:00:00.000Z",
        ],
        [
          "clocks-forward-los-angeles",
          "2027-03-14T10:00:00.000Z",
        ],
        [
          "clocks-forward-lord-howe",
          "2026-10-03T15:30:00.000Z",
        ],
        [
          "clocks-back-lord-howe",
          "2027-04-03T15:00:00.000Z",
        ],
      ]
    `);
});

const iso = (microseconds: number): string => new Date(microseconds / 1000).toISOString();

function overlap(allocations: readonly SituationAllocation[]): boolean {
  const live = allocations.filter(({ resource, shadow }) => resource === 'table' && !shadow);
  return live.some((one, index) =>
    live.slice(index + 1).some((other) => one.from_us < other.to_us && other.from_us < one.to_us),
  );
}
