import { expect, it } from 'vitest';
import { allScenarioNames } from '../../../contracts/thresholds.ts';
import { invariantIds } from '../../../contracts/verdict.ts';
import { definitionOf, scenarioDefinitions } from '../../../plan/scenarios.ts';
import { planSchema } from '../../../plan/schema.ts';
import { planOf } from './plans.ts';

const copy = () => JSON.parse(JSON.stringify(planOf()));

it('a plan comes back from its file as it was', () => {
  expect(planSchema.parse(copy())).toEqual(copy());
});

it('a plan without scenarios is one too', () => {
  expect(planSchema.safeParse(planOf({ scenarios: [] })).success).toBe(true);
});

it.each([
  ['tag', (plan: ReturnType<typeof copy>) => (plan.tag = 'no tag')],
  ['v', (plan: ReturnType<typeof copy>) => (plan.v = 0)],
  ['anchor', (plan: ReturnType<typeof copy>) => (plan.anchor = 'yesterday')],
  [
    'world.bookings.0.start_at',
    (plan: ReturnType<typeof copy>) => (plan.world.bookings[0].start_at = '18:00'),
  ],
  ['world.zones', (plan: ReturnType<typeof copy>) => delete plan.world.zones],
  [
    'scenarios.hot-table.rounds.0.calls.0.table_ids',
    (plan: ReturnType<typeof copy>) => (plan.scenarios['hot-table'].rounds[0].calls[0].table_ids = []),
  ],
])('a plan with a wrong %s is refused by that name', (field, damage) => {
  const plan = copy();
  damage(plan);
  const { error } = planSchema.safeParse(plan);
  expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([field]);
});

it('every promise can be broken by some scenario, and every scenario can break some', () => {
  expect(Object.keys(scenarioDefinitions)).toEqual([...allScenarioNames]);
  const covered = allScenarioNames.map((name) => definitionOf(name).promises);
  expect(new Set(covered.flat())).toEqual(new Set(invariantIds));
  for (const promises of covered) expect(new Set(promises).size).toBe(promises.length);
});
