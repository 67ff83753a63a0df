import { expect, it } from 'vitest';
import { type ScenarioName, scenarioNames } from '../../../contracts/thresholds.ts';
import { spaces } from '../../../plan/identity.ts';
import type { Plan } from '../../../plan/plan.ts';
import { worldTables } from '../../../plan/world.ts';
import { planOf } from './plans.ts';

const bytes = (plan: Plan): string => JSON.stringify(plan);

/** The rows of one scenario: its number is the last two digits of an id's second group, hexadecimal. */
function rowsOf(plan: Plan, space: number): unknown[] {
  const ours = new RegExp(`^[0-9a-f]{8}-[0-9a-f]{2}${space.toString(16).padStart(2, '0')}-`);
  return worldTables.flatMap((table) =>
    plan.world[table].filter((row) => ours.test(String(Object.values(row)[0]))),
  );
}

it('the same seed, tag, moment and profile give the same bytes', () => {
  expect(bytes(planOf())).toBe(bytes(planOf()));
});

it.each([
  ['seed', { seed: 2 }],
  ['tag', { tag: 'abcdef02' }],
  ['moment', { anchor: Date.parse('2026-06-18T12:34:56.789Z') }],
])('another %s gives another plan', (_, other) => {
  expect(bytes(planOf(other)) === bytes(planOf())).toBe(false);
});

it('every seed of many gives a plan of its own', () => {
  const worlds = Array.from({ length: 20 }, (_, seed) => {
    const { world, scenarios } = planOf({ seed });
    // Without the ids, which the seed alone would make differ.
    return JSON.stringify([world, scenarios]).replaceAll(/-8[0-9a-f]{3}-8[0-9a-f]{3}-/g, '');
  });
  expect(new Set(worlds).size).toBe(20);
});

const choices: ScenarioName[][] = [
  ...scenarioNames.map((name) => [name]),
  ['smoke', 'window-boundary'],
  ['window-boundary', 'hot-table', 'smoke'],
];

it.each(choices.map((names) => [names]))('%j: each has the same plan as among all others', (names) => {
  const [all, some] = [planOf(), planOf({ scenarios: names })];
  expect(Object.keys(some.scenarios).sort()).toEqual([...names].sort());
  for (const name of names) {
    expect(some.scenarios[name]).toEqual(all.scenarios[name]);
    const space = spaces.indexOf(name);
    expect(rowsOf(all, space)).not.toEqual([]);
    expect(rowsOf(some, space)).toEqual(rowsOf(all, space));
  }
  expect(rowsOf(some, 0)).toEqual(rowsOf(all, 0));
});

it('the moment is kept as it was given, and the thresholds of what is planned', () => {
  const thresholds = { smoke: [{ metric: 'assign_duration', conditions: ['max<1'], at_least: 1 }] };
  const plan = planOf({ thresholds, scenarios: ['smoke', 'hot-table'] });
  expect(plan.anchor).toBe('2026-06-17T12:34:56.789Z');
  expect(plan.thresholds).toEqual({ ...thresholds, 'hot-table': [] });
});
