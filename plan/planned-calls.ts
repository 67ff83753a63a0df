import type { Plan } from './plan.ts';

/**
 * How many calls a scenario makes at least when it runs to its end. Fewer records than that mean that something was left
 * out, for instance because time ran out, however orderly the load generator ended.
 */
export function plannedCalls(plan: Plan, scenario: string): number {
  const { smoke, 'hot-table': hotTable, 'window-boundary': boundary } = plan.scenarios;
  switch (scenario) {
    case 'smoke':
      return sum((smoke?.sequences ?? []).map((sequence) => sequence.length));
    case 'hot-table':
      return sum((hotTable?.rounds ?? []).map((round) => round.calls.length));
    case 'window-boundary':
      // An assignment for each watched table, and at least one turn of polling: a read, and a refresh and a read each.
      return sum((boundary?.watched ?? []).map((tables) => tables.length * 3 + 1));
    default:
      return 0;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
